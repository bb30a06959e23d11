namespace Hoplink.Proof.Orders;

/// <summary>A scenario went wrong under a combination. The message names both and ends with a trace.</summary>
internal sealed class OrderException : Exception
{
    private OrderException(string message, string word, Exception inner)
        : base(message, inner)
    {
        Word = word;
    }

    /// <summary>The combination, with points for what was never sent.</summary>
    public string Word { get; }

    public static OrderException Of(OrderScenario scenario, Combination combination, int sent, Exception inner)
    {
        string word = combination.ToString(sent);
        return new OrderException($"{scenario.Name}, {word}: {inner.Message}", word, inner);
    }
}

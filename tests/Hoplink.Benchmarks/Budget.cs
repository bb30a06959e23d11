namespace Hoplink.Benchmarks;

/// <summary>A figure that was measured and what it may be.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">"IL" for instructions, or "bytes".</param>
/// <param name="Measured">The figure.</param>
/// <param name="AtMost">What it may be; null: it has no budget and is given for information.</param>
/// <param name="Aim">What it should be.</param>
internal sealed record Budget(string Name, string Unit, long Measured, long? AtMost = null, long? Aim = null)
{
    internal bool IsKept => AtMost == null || Measured <= AtMost;
}

namespace Hoplink.Peer;

/// <summary>Ports from the first to the last, both included.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    /// <summary>As it is given on the command line.</summary>
    public override string ToString()
    {
        return $"{First}-{Last}";
    }
}

using Hoplink.Routing;

namespace Hoplink.Simulation;

/// <summary>An IPv4 address and port of the simulated network.</summary>
public readonly record struct SimEndpoint(uint Host, int Port)
{
    public static SimEndpoint From(Endpoint endpoint) => new((uint)endpoint.Low, endpoint.Port);

    /// <summary>Makes an address from its four bytes.</summary>
    public static uint Address(byte a, byte b, byte c, byte d) => ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d;

    public void CopyTo(Endpoint endpoint) => endpoint.SetIPv4(Host, Port);

    public override string ToString() => $"{Host >> 24}.{(Host >> 16) & 255}.{(Host >> 8) & 255}.{Host & 255}:{Port}";
}

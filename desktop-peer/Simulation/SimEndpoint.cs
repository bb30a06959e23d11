using Hoplink.Routing;

namespace Hoplink.Simulation;

/// <summary>An IPv4 address and port of the simulated network.</summary>
/// <param name="Host">The address, the first of its four bytes highest.</param>
/// <param name="Port">The UDP port, 0 to 65535.</param>
public readonly record struct SimEndpoint(uint Host, int Port)
{
    /// <summary>That of the library's, which holds an IPv4 address.</summary>
    public static SimEndpoint From(Endpoint endpoint) => new((uint)endpoint.Low, endpoint.Port);

    /// <summary>Makes an address from its four bytes.</summary>
    public static uint Address(byte a, byte b, byte c, byte d) => ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d;

    /// <summary>Writes it to one of the library's.</summary>
    public void CopyTo(Endpoint endpoint) => endpoint.SetIPv4(Host, Port);

    /// <summary>As usual: 192.0.2.1:40100.</summary>
    public override string ToString() => $"{Host >> 24}.{(Host >> 16) & 255}.{(Host >> 8) & 255}.{Host & 255}:{Port}";
}

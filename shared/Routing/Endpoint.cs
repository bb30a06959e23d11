namespace Hoplink.Routing;

/// <summary>
/// An IP address and port without the host's socket types: IPv6 as two halves, IPv4 as ::ffff:a.b.c.d. Mutable, so that a datagram
/// allocates nothing.
/// </summary>
public sealed class Endpoint
{
    /// <summary>The first eight bytes of the address, big-endian.</summary>
    public ulong High;

    /// <summary>The last eight bytes of the address, big-endian.</summary>
    public ulong Low;

    /// <summary>The scope of a link-local IPv6 address, 0 for others.</summary>
    public uint Scope;

    /// <summary>The UDP port, 0 to 65535.</summary>
    public int Port;

    /// <summary>True for an IPv4 address.</summary>
    public bool IsIPv4
    {
        get { return High == 0 && Low >> 32 == 0xFFFF; }
    }

    /// <summary>Makes this the IPv4 address whose first byte is the top byte of <paramref name="address"/>.</summary>
    public void SetIPv4(uint address, int port)
    {
        High = 0;
        Low = 0xFFFF00000000UL | address;
        Scope = 0;
        Port = port;
    }

    /// <summary>Copies another endpoint's value.</summary>
    public void CopyFrom(Endpoint other)
    {
        High = other.High;
        Low = other.Low;
        Scope = other.Scope;
        Port = other.Port;
    }

    /// <summary>The same address and port.</summary>
    public bool SameAs(Endpoint other)
    {
        return Port == other.Port && Low == other.Low && High == other.High && Scope == other.Scope;
    }

    /// <summary>The same address, whatever the port.</summary>
    public bool SameAddress(Endpoint other)
    {
        return High == other.High && Low == other.Low && Scope == other.Scope;
    }
}

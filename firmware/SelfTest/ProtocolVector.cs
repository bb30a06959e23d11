namespace Hoplink.SelfTest;

/// <summary>
/// A handshake computed by an independent implementation of the protocol, as hexadecimal digits: case "c", one iteration.
/// </summary>
internal static class ProtocolVector
{
    /// <summary>The pre-shared key (3.1).</summary>
    internal const string Psk =
        "be5020d4bccea7cef75dc29ea9b6e5b061ed5088c088a0c3062cc78715b82e30";

    /// <summary>I's ephemeral private key.</summary>
    internal const string InitiatorPrivate =
        "c468af17bad5006e9a3446018559dd496be252fafa3d9428c1aaad4ef792451b";

    /// <summary>R's ephemeral private key.</summary>
    internal const string ResponderPrivate =
        "06ad41bffc208934a5e68c6e76802f49b11c2b4dad1aa6a8415f1f32ce418768";

    /// <summary>The session id that R draws.</summary>
    internal const string SessionId =
        "fedd5bb5dd912625";

    /// <summary>The link that the SYN names; R does not know it.</summary>
    internal const string LinkId =
        "9b0e1fb7d6cf8324";

    /// <summary>The key exchange id that I draws.</summary>
    internal const int KeyExchangeId = 52855;

    /// <summary>SYN (4.1).</summary>
    internal const string Syn =
        "01010002000000000000000000000000000000000001e2400070646cb86b528c9e80ce77000104d00010000000009b0e1fb7d6cf83240000"
        + "0000000000000000000000000000000000002e476d6180f70521a96fb95ff1d75d22d1b7c723eda6420fa4f29240487bf13a1ebae31f24f2"
        + "3388d1f2c21e4d85a2f0fb5f997fbd46bbd10da1b1b2114c69585774595eff797f40d2c40fd8d895c452";

    /// <summary>SYN_ACK (4.2), sent 1.5 ms after the SYN came.</summary>
    internal const string SynAck =
        "01020002fedd5bb5dd912625000000000001e240000000010098ce77000104d000400000c000400000000000000000000000000000000000"
        + "000000000000000005dccb615042e1c3d3e0da7010621484ef78fd22e7b186f2f4fa9b8c6f7d155d212d3c278756d0c473e003c00b8989ed"
        + "b1090b65853aee490c120172cf1d0d595dc7c532ebfd91a77a689fb227fc23dc2627ee68251f7c843722c41b5138b6ac522fb7f183fb8971"
        + "750770a8bd546543dc2bd324f29348c004250f62415968a6c767";

    /// <summary>I's first DATA: "hello" (6.1).</summary>
    internal const string FirstData =
        "01040018fedd5bb5dd912625511b988b000000000000002a000d000000000010000068656c6c6f20c9bba24902be47bac2b41ab98abc72";

    /// <summary>The key of I's datagrams in epoch 0 (3.2).</summary>
    internal const string MacI2r =
        "a98acda4ffaedbadde2fd0aa081ea29172170aa7dd65a36c63170ec67f016811";
}

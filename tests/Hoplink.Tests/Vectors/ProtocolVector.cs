using System.Globalization;
using System.Text.Json;

namespace Hoplink.Tests.Vectors;

/// <summary>One case of vectors/protocol.json, which an independent implementation made.</summary>
internal sealed class ProtocolVector
{
    private readonly JsonElement _case;

    public ProtocolVector(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "vectors", "protocol.json");
        _case = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("name").GetString() == name);
    }

    public static TheoryData<string> Names => ["a", "b", "c"];

    /// <summary>Each case with each implementation of the primitives.</summary>
    public static TheoryData<string, string> NamesAndCryptos
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string name in (string[])["a", "b", "c"])
            {
                data.Add(name, "managed");
                data.Add(name, "platform");
            }

            return data;
        }
    }

    /// <summary>(session clock in ms, window, port).</summary>
    public IEnumerable<(long SessionMs, long Window, int Port)> HopPorts
    {
        get
        {
            return _case.GetProperty("hop_ports").EnumerateArray().Select(p => (
                p.GetProperty("session_ms").GetInt64(), p.GetProperty("window").GetInt64(), p.GetProperty("port").GetInt32()));
        }
    }

    public byte[] Bytes(string field) => Convert.FromHexString(_case.GetProperty(field).GetString()!);

    public ulong Hex64(string field)
    {
        return ulong.Parse(_case.GetProperty(field).GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    public long Int(string field) => _case.GetProperty(field).GetInt64();
}

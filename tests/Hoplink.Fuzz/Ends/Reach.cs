using System.Globalization;
using System.Text;
using Hoplink.Wire;

namespace Hoplink.Fuzz.Ends;

/// <summary>How far inputs came: what became of the sealed ones, by kind. A fuzzer that sees nothing any more shows here and nowhere else.</summary>
internal sealed class Reach
{
    private readonly Dictionary<(DatagramKind Kind, DropCause Cause), int> _sealed = [];

    public int Inputs { get; private set; }

    /// <summary>Inputs that were sealed with a key that the victim held.</summary>
    public int Sealed { get; private set; }

    /// <summary>Sealed DATA with a message that the victim could hand on at once.</summary>
    public int InOrder { get; private set; }

    /// <summary>Sealed echoes with the nonce of a probe that the victim had open.</summary>
    public int EchoesTaken { get; private set; }

    /// <summary>Sealed datagrams of a kind with this fate; <see cref="DropCause.None"/>: the victim took it.</summary>
    public int Of(DatagramKind kind, DropCause cause) => _sealed.GetValueOrDefault((kind, cause));

    public void Count(Made made, Inspector inspector)
    {
        Inputs++;
        if (!made.IsSealed)
        {
            return;
        }

        Sealed++;
        var info = new DatagramInfo(made.Wire);
        DatagramKind kind = info.Kind;
        _sealed[(kind, inspector.Cause)] = Of(kind, inspector.Cause) + 1;
        bool isTaken = inspector.Cause == DropCause.None;
        InOrder += isTaken && kind == DatagramKind.Data && inspector.Advance > 0 ? 1 : 0;
        EchoesTaken += isTaken && kind == DatagramKind.Heartbeat && Forge.IsEcho(made.Plain) ? 1 : 0;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Inputs} inputs, {Sealed} sealed; {InOrder} DATA in order, {EchoesTaken} echoes taken");
        foreach (var kind in _sealed.GroupBy(p => p.Key.Kind).OrderBy(g => g.Key))
        {
            IEnumerable<string> fates = kind.OrderByDescending(p => p.Value).Select(p => $"{p.Key.Cause} {p.Value}");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {kind.Key}: {string.Join(", ", fates)}");
        }

        return text.ToString();
    }
}

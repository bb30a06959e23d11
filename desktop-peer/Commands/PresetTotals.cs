using System.Globalization;
using System.Text.Json;
using Hoplink.Simulation;
using Hoplink.Simulation.Campaigns;

namespace Hoplink.Peer.Commands;

/// <summary>What the runs of a preset came to, together.</summary>
internal sealed class PresetTotals
{
    private readonly long[] _rungs = new long[4];
    private long _runs;
    private long _micros;
    private long _faultMicros;
    private long _episodes;
    private long _messages;
    private long _datagrams;
    private long _slowestFlow;
    private long _slowestReconnect;

    public int Failures { get; private set; }

    public double Hours => (double)_micros / World.Hour;

    public long Runs => _runs;

    private double FaultHours => (double)_faultMicros / World.Hour;

    public static PresetTotals Sum(IEnumerable<PresetTotals> parts)
    {
        var sum = new PresetTotals();
        foreach (PresetTotals part in parts)
        {
            sum.Add(part._runs, part._micros, part._episodes, part._messages, part._datagrams, part.Failures);
            sum.TakeSlowest(part._slowestFlow, part._slowestReconnect);
            sum.AddRungs(part._rungs);
            sum._faultMicros += part._faultMicros;
        }

        return sum;
    }

    public void Add(RunReport run)
    {
        Add(1, run.Micros, run.Episodes, run.Messages, run.Datagrams, run.Failure == null ? 0 : 1);
        TakeSlowest(run.SlowestFlow, run.SlowestReconnect);
        _faultMicros += run.FaultMicros;
        AddRungs([.. run.Rungs.Select(count => (long)count)]);
    }

    public string[] Cells(string name)
    {
        return
        [
            name, Text(_runs), Text(Hours), Text(FaultHours), Text(_episodes), Text(_messages), Text(_datagrams),
            .. _rungs.Select(Text), Text(_slowestFlow / World.Millisecond), Text(_slowestReconnect / World.Millisecond), Text(Failures),
        ];
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("runs", _runs);
        json.WriteNumber("hours", Math.Round(Hours, 6));
        json.WriteNumber("faultHours", Math.Round(FaultHours, 6));
        json.WriteNumber("episodes", _episodes);
        json.WriteNumber("messages", _messages);
        json.WriteNumber("datagrams", _datagrams);
        for (int level = 1; level <= 3; level++)
        {
            json.WriteNumber($"l{level}", _rungs[level - 1]);
        }

        json.WriteNumber("ended", _rungs[3]);
        json.WriteNumber("slowestFlowMs", _slowestFlow / World.Millisecond);
        json.WriteNumber("slowestReconnectMs", _slowestReconnect / World.Millisecond);
        json.WriteNumber("failures", Failures);
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private void Add(long runs, long micros, long episodes, long messages, long datagrams, int failures)
    {
        _runs += runs;
        _micros += micros;
        _episodes += episodes;
        _messages += messages;
        _datagrams += datagrams;
        Failures += failures;
    }

    private void TakeSlowest(long flow, long reconnect)
    {
        _slowestFlow = Math.Max(_slowestFlow, flow);
        _slowestReconnect = Math.Max(_slowestReconnect, reconnect);
    }

    private void AddRungs(long[] rungs)
    {
        for (int i = 0; i < rungs.Length; i++)
        {
            _rungs[i] += rungs[i];
        }
    }
}

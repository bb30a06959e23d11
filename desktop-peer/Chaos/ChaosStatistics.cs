using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hoplink.Peer.Chaos;

/// <summary>What a <see cref="ChaosProxy"/> did so far.</summary>
/// <param name="ToPeer">Datagrams towards the peer.</param>
/// <param name="ToDevice">Datagrams towards the devices.</param>
/// <param name="Flows">Devices now.</param>
/// <param name="Queued">Datagrams under way now.</param>
/// <param name="JunkSent">Junk datagrams sent, in both directions.</param>
/// <param name="Strays">Datagrams from somebody other than the peer; dropped.</param>
/// <param name="RefusedFlows">Datagrams of devices beyond the limit; dropped.</param>
/// <param name="ReceiveErrors">Receive errors, mostly ICMP reports: nobody listens where datagrams were forwarded to.</param>
internal sealed record ChaosStatistics(
    ImpairmentCounters ToPeer, ImpairmentCounters ToDevice, int Flows, int Queued, long JunkSent, long Strays, long RefusedFlows,
    long ReceiveErrors)
{
    private static readonly (string Json, string Text, Func<ImpairmentCounters, long> Of)[] _columns =
    [
        ("received", "received", counters => counters.Received),
        ("bytesReceived", "bytes received", counters => counters.BytesReceived),
        ("forwarded", "forwarded", counters => counters.Forwarded),
        ("sendErrors", "not taken by the system", counters => counters.SendErrors),
        ("lost", "lost", counters => counters.Lost),
        ("blackout", "lost in blackouts", counters => counters.Blackout),
        ("corrupted", "corrupted", counters => counters.Corrupted),
        ("duplicated", "doubled", counters => counters.Duplicated),
        ("reordered", "held back", counters => counters.Reordered),
        ("queueFull", "dropped, queue full", counters => counters.QueueFull),
    ];

    /// <summary>Writes all of it.</summary>
    public void Write(Utf8JsonWriter json)
    {
        WriteDirection(json, "toPeer", ToPeer);
        WriteDirection(json, "toDevice", ToDevice);
        json.WriteNumber("flows", Flows);
        json.WriteNumber("queued", Queued);
        json.WriteNumber("junkSent", JunkSent);
        json.WriteNumber("strays", Strays);
        json.WriteNumber("refusedFlows", RefusedFlows);
        json.WriteNumber("receiveErrors", ReceiveErrors);
    }

    /// <summary>The same for people.</summary>
    public IRenderable ToReadable()
    {
        Table table = new Table().AddColumn("datagrams");
        table.AddColumn("to the peer", column => column.RightAligned());
        table.AddColumn("to the devices", column => column.RightAligned());
        foreach ((_, string text, Func<ImpairmentCounters, long> of) in _columns)
        {
            table.AddRow(text, of(ToPeer).ToString(), of(ToDevice).ToString());
        }

        return new Rows(table, new Text(
            $"{Flows} devices, {Queued} datagrams under way, {JunkSent} of junk, {Strays} of strangers, " +
            $"{RefusedFlows} of devices too many, {ReceiveErrors} receive errors"));
    }

    private static void WriteDirection(Utf8JsonWriter json, string name, ImpairmentCounters counters)
    {
        json.WriteStartObject(name);
        foreach ((string field, _, Func<ImpairmentCounters, long> of) in _columns)
        {
            json.WriteNumber(field, of(counters));
        }

        json.WriteEndObject();
    }
}

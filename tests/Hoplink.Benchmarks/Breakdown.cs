using System.Globalization;
using Hoplink.Benchmarks.Counting;
using Hoplink.Benchmarks.Measures;

namespace Hoplink.Benchmarks;

/// <summary>Where the instructions of a DATA datagram through the Link go, method by method.</summary>
internal static class Breakdown
{
    private const int Messages = 40;

    /// <summary>Writes the methods, dearest first, with what one message takes that the device sends, and one that it receives.</summary>
    internal static void Write(TextWriter output, CountedLibrary library)
    {
        Dictionary<string, long> sent = Measure(library, fromDevice: true);
        Dictionary<string, long> received = Measure(library, fromDevice: false);
        output.WriteLine("| one at a time | sent | received |");
        output.WriteLine("|---|---|---|");
        WriteRow(output, "all", sent.Values.Sum(), received.Values.Sum());
        foreach (string method in sent.Keys.Union(received.Keys).OrderByDescending(Both))
        {
            WriteRow(output, method, sent.GetValueOrDefault(method), received.GetValueOrDefault(method));
        }

        long Both(string method)
        {
            return sent.GetValueOrDefault(method) + received.GetValueOrDefault(method);
        }
    }

    private static Dictionary<string, long> Measure(CountedLibrary library, bool fromDevice)
    {
        return library.Run<Dictionary<string, long>>(
            typeof(DatagramCounts), nameof(DatagramCounts.MessagesByMethod), fromDevice, Messages, 1);
    }

    private static void WriteRow(TextWriter output, string name, long sent, long received)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {(double)sent / Messages:N1} | {(double)received / Messages:N1} |"));
    }
}

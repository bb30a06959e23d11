using System.Globalization;
using Hoplink.Benchmarks.Measures;
using Hoplink.SelfTest;

namespace Hoplink.Tests.SelfTests;

/// <summary>The device's self-test, on this computer.</summary>
public sealed class SelfTestTests
{
    [Fact]
    public void Every_check_passes_and_the_last_line_counts_them()
    {
        var report = new RecordingReport();
        Assert.True(Program.RunAll(report), string.Join('\n', report.Lines));
        int passed = report.Lines.Count(line => line.StartsWith("ok ", StringComparison.Ordinal));
        Assert.InRange(passed, 20, 100);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"selftest: {passed} passed, 0 failed"), report.Lines[^1]);
        Assert.Contains("allocated over 100 datagrams: 0 bytes", report.Lines);
    }

    [Fact]
    public void A_check_that_does_not_hold_or_throws_is_a_line_with_its_cause_and_the_run_fails()
    {
        var report = new RecordingReport();
        report.Run("holds", () => { });
        report.Run("does not hold", () => Expect.Equal(1, 2, "the number"));
        report.Run("throws", () => throw new InvalidOperationException("why"));
        Assert.False(report.Finish());
        Assert.Matches(@"^ok holds \(\d+ ms\)$", report.Lines[0]);
        Assert.Equal("FAIL does not hold: the number is 2, not 1", report.Lines[1]);
        Assert.Equal("FAIL throws: InvalidOperationException why", report.Lines[2]);
        Assert.Equal("selftest: 1 passed, 2 failed", report.Lines[3]);
    }

    // A board's heap of 100 KB also holds the frames of the calls, what the arithmetic of P-256 works in, and the report's lines.
    [Fact]
    public void Both_ends_and_the_library_s_tables_leave_a_quarter_of_a_heap_of_100_KB()
    {
        var pair = new Hoplink.SelfTest.Pair(1);
        pair.Connect();
        pair.Exchange(5);
        pair.Device.ReportKeyCompromise(pair.Now);
        pair.Exchange(5);
        Assert.Equal(1, pair.AtDevice.Of(LinkEventKind.Rekeyed));
        var heap = new InterpreterHeap();
        heap.Add(pair);
        Assert.InRange(heap.Bytes + DeviceMemory.HeapOfStatics(), 30_000, 75 * 1024);
    }

    [Fact]
    public void A_run_of_nothing_is_no_success()
    {
        Assert.False(new RecordingReport().Finish());
    }

    [Fact]
    public void Bytes_are_compared_to_the_last_one()
    {
        Expect.Bytes("0102", [9, 1, 2], 1, "them");
        Assert.Throws<CheckFailedException>(() => Expect.Bytes("0102", [9, 1, 3], 1, "them"));
        Assert.Throws<CheckFailedException>(() => Expect.Bytes("0102", [9, 1], 1, "them"));
    }

    // The device has no JSON: the vector stands in the source as well.
    [Theory]
    [InlineData("psk", ProtocolVector.Psk)]
    [InlineData("initiator_private", ProtocolVector.InitiatorPrivate)]
    [InlineData("responder_private", ProtocolVector.ResponderPrivate)]
    [InlineData("session_id", ProtocolVector.SessionId)]
    [InlineData("link_id", ProtocolVector.LinkId)]
    [InlineData("syn", ProtocolVector.Syn)]
    [InlineData("syn_ack", ProtocolVector.SynAck)]
    [InlineData("first_data", ProtocolVector.FirstData)]
    [InlineData("mac_i2r", ProtocolVector.MacI2r)]
    public void The_vector_in_the_source_is_the_published_one(string field, string value)
    {
        var vector = new Vectors.ProtocolVector("c");
        Assert.Equal(Convert.ToHexStringLower(vector.Bytes(field)), value);
        Assert.Equal(ProtocolVector.KeyExchangeId, vector.Int("key_exchange_id"));
    }

    private sealed class RecordingReport : Report
    {
        public List<string> Lines { get; } = [];

        protected override void Print(string line)
        {
            Lines.Add(line);
        }
    }
}

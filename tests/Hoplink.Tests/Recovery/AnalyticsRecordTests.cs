using CsCheck;
using Hoplink.Crypto;
using Hoplink.Parameters;
using Hoplink.Recovery;
using static Hoplink.Tests.Recovery.AnalyticsRig;

namespace Hoplink.Tests.Recovery;

public sealed class AnalyticsRecordTests
{
    private sealed record Attempt(
        RecoveryLevel Level, RecoveryResult Result, int Conditions, int Rtt, int Loss, int Jitter, long Age, long Now);

    private static readonly Gen<Attempt> _attempts = Gen.Select(
        Gen.OneOf(Levels),
        Gen.OneOf([RecoveryResult.Success, RecoveryResult.Success, .. Enum.GetValues<RecoveryResult>()]),
        Gen.Int[0, (1 << 18) - 1],
        Gen.Int[0, int.MaxValue],
        Gen.Int[0, 1000],
        Gen.Int[0, int.MaxValue],
        Gen.Long[0, 400L * 86400 * Second],
        Gen.Long[0, 400L * 86400 * Second])
        .Select((level, result, conditions, rtt, loss, jitter, age, now) =>
            new Attempt(level, result, conditions << 1, rtt, loss, jitter, age, now));

    [Fact]
    public void The_newest_hundred_attempts_come_back_as_recorded_and_counted()
    {
        _attempts.List[0, 250].Sample(attempts =>
        {
            var analytics = new RecoveryAnalytics(100);
            foreach (Attempt a in attempts)
            {
                analytics.RecordAttempt(a.Level, a.Result, a.Conditions, a.Rtt, a.Loss, a.Jitter, a.Age, a.Now);
            }

            List<Attempt> kept = [.. attempts.TakeLast(100)];
            Assert.Equal(kept.Count, analytics.AttemptCount);
            var read = new AttemptRecord();
            for (int i = 0; i < kept.Count; i++)
            {
                analytics.GetAttempt(i, read);
                Attempt back = new(
                    read.Level,
                    read.Result,
                    read.Conditions,
                    read.RttMicros,
                    read.LossPermille,
                    read.JitterMicros,
                    read.SessionAgeMs,
                    read.TimeMs);
                Assert.Equal(kept[i] with { Age = kept[i].Age / 100_000 * 100, Now = kept[i].Now / 100_000 * 100 }, back);
            }

            foreach (RecoveryLevel level in Levels)
            {
                int tried = kept.Count(a => a.Level == level);
                int succeeded = kept.Count(a => a.Level == level && a.Result == RecoveryResult.Success);
                Assert.Equal(tried, analytics.AttemptsAt(level));
                Assert.Equal(succeeded, analytics.SuccessesAt(level));
                Assert.Equal(tried == 0 ? -1 : succeeded * 1000 / tried, analytics.SuccessPermille(level));
                Assert.Equal(attempts.Count(a => a.Level == level), analytics.LifetimeAttemptsAt(level));
                Assert.Equal(
                    attempts.Count(a => a.Level == level && a.Result == RecoveryResult.Success), analytics.LifetimeSuccessesAt(level));
            }
        });
    }

    [Theory]
    [InlineData(10)]
    [InlineData(32)]
    [InlineData(100)]
    public void As_many_attempts_are_kept_and_analysed_as_it_was_made_for(int records)
    {
        var analytics = new RecoveryAnalytics(records);
        analytics.Fail(RecoveryLevel.SessionRekey);
        analytics.Fail(RecoveryLevel.TimeSync, records);
        analytics.Analyse(Minute);
        Assert.Equal(records, analytics.AttemptCount);
        Assert.Equal(0, analytics.AttemptsAt(RecoveryLevel.SessionRekey));
        Assert.Equal(1, analytics.LifetimeAttemptsAt(RecoveryLevel.SessionRekey));
        Assert.Equal(records, analytics.AttemptsAt(RecoveryLevel.TimeSync));
        Assert.Equal(1, analytics.FailurePatternCount);
        Assert.Equal(records, analytics.FailurePatternAttempts(0));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(101)]
    public void Fewer_than_are_analysed_or_more_than_the_document_keeps_cannot_be_kept(int records)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecoveryAnalytics(records));
        LinkOptions options = LinkOptions.Device();
        options.RecoveryRecords = records;
        Assert.Equal("RecoveryRecords must be 10 to 100", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    [Fact]
    public void A_link_keeps_as_many_as_its_options_say()
    {
        LinkOptions options = LinkOptions.Device();
        options.RecoveryRecords = 11;
        RecoveryAnalytics analytics = new Link(options, new ManagedCrypto(new ScriptedRandom()), new byte[32]).Analytics;
        analytics.Fail(RecoveryLevel.TimeSync, 12);
        Assert.Equal(11, analytics.AttemptCount);
    }

    [Fact]
    public void Times_stop_where_their_field_is_full()
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.RecordAttempt(RecoveryLevel.TimeSync, RecoveryResult.Success, 0, 0, 0, 0, long.MaxValue, long.MaxValue);

        var read = new AttemptRecord();
        analytics.GetAttempt(0, read);
        Assert.Equal(int.MaxValue * 100L, read.SessionAgeMs);
        Assert.Equal(int.MaxValue * 100L, read.TimeMs);
    }

    [Fact]
    public void An_attempt_counts_once_until_the_coordinator_is_idle() // D3
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.Fail(RecoveryLevel.TimeSync, 3);
        analytics.Succeed(RecoveryLevel.SequenceRepair);
        Assert.Equal(4, analytics.TotalAttempts);

        analytics.OnIdle();
        Assert.Equal(0, analytics.TotalAttempts);
        Assert.Equal(4, analytics.AttemptCount);

        analytics.Fail(RecoveryLevel.TimeSync);
        Assert.Equal(1, analytics.TotalAttempts);
    }

    [Fact]
    public void The_last_recovery_time_is_that_of_the_newest_attempt()
    {
        var analytics = new RecoveryAnalytics(100);
        Assert.Equal(-1, analytics.LastRecoveryTime);

        analytics.Record(RecoveryLevel.TimeSync, RecoveryResult.Success, now: 7_123_456);
        Assert.Equal(7_123_456, analytics.LastRecoveryTime);
    }

    [Fact]
    public void Every_result_there_is_can_be_recorded_at_every_level()
    {
        var analytics = new RecoveryAnalytics(100);
        var read = new AttemptRecord();
        foreach (RecoveryLevel level in Levels)
        {
            foreach (RecoveryResult result in Enum.GetValues<RecoveryResult>())
            {
                analytics.Record(level, result);
                analytics.GetAttempt(analytics.AttemptCount - 1, read);
                Assert.Equal((level, result), (read.Level, read.Result));
            }
        }
    }

    [Theory]
    [InlineData("level", RecoveryLevel.None, 0, 0, 0, 0, 0, 0)]
    [InlineData("level", RecoveryLevel.Failed, 0, 0, 0, 0, 0, 0)]
    [InlineData("result", RecoveryLevel.TimeSync, 21, 0, 0, 0, 0, 0)]
    [InlineData("conditions", RecoveryLevel.TimeSync, 0, 1, 0, 0, 0, 0)]
    [InlineData("conditions", RecoveryLevel.TimeSync, 0, 1 << 19, 0, 0, 0, 0)]
    [InlineData("rttMicros", RecoveryLevel.TimeSync, 0, 0, -1, 0, 0, 0)]
    [InlineData("lossPermille", RecoveryLevel.TimeSync, 0, 0, 0, -1, 0, 0)]
    [InlineData("lossPermille", RecoveryLevel.TimeSync, 0, 0, 0, 1001, 0, 0)]
    [InlineData("jitterMicros", RecoveryLevel.TimeSync, 0, 0, 0, 0, -1, 0)]
    [InlineData("sessionAgeMicros", RecoveryLevel.TimeSync, 0, 0, 0, 0, 0, -1)]
    public void An_attempt_that_cannot_be_is_refused_by_name_and_leaves_no_trace(
        string argument, RecoveryLevel level, int result, int conditions, int rtt, int loss, int jitter, long age)
    {
        var analytics = new RecoveryAnalytics(100);
        Assert.Throws<ArgumentOutOfRangeException>(
            argument, () => analytics.RecordAttempt(level, (RecoveryResult)result, conditions, rtt, loss, jitter, age, 5));

        Assert.Equal(0, analytics.AttemptCount);
        Assert.Equal(0, analytics.TotalAttempts);
        Assert.Equal(-1, analytics.LastRecoveryTime);
        Assert.Equal(0, analytics.LifetimeAttemptsAt(RecoveryLevel.TimeSync));
    }

    [Fact]
    public void Asking_for_what_is_not_there_is_refused_by_name()
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.Fail(RecoveryLevel.TimeSync);

        Assert.Throws<ArgumentOutOfRangeException>("index", () => analytics.GetAttempt(1, new AttemptRecord()));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => analytics.GetAttempt(-1, new AttemptRecord()));
        Assert.Throws<ArgumentNullException>("record", () => analytics.GetAttempt(0, null!));
        foreach (RecoveryLevel level in new[] { RecoveryLevel.None, RecoveryLevel.Failed })
        {
            Assert.Throws<ArgumentOutOfRangeException>("level", () => analytics.AttemptsAt(level));
            Assert.Throws<ArgumentOutOfRangeException>("level", () => analytics.SuccessesAt(level));
            Assert.Throws<ArgumentOutOfRangeException>("level", () => analytics.SuccessPermille(level));
            Assert.Throws<ArgumentOutOfRangeException>("level", () => analytics.LifetimeAttemptsAt(level));
            Assert.Throws<ArgumentOutOfRangeException>("level", () => analytics.LifetimeSuccessesAt(level));
        }
    }
}

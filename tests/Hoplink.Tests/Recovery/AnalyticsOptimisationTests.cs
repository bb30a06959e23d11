using CsCheck;
using Hoplink.Recovery;
using static Hoplink.Tests.Recovery.AnalyticsRig;

namespace Hoplink.Tests.Recovery;

public sealed class AnalyticsOptimisationTests
{
    private static readonly int _fourConditions = Bits(
        FailureCondition.GapTimeout, FailureCondition.DeliveryStalled, FailureCondition.SyncOverdue, FailureCondition.PortMismatch);

    private readonly RecoveryAnalytics _analytics = new(100);

    [Fact]
    public void The_time_resync_timeout_grows_by_a_fifth_to_its_cap_and_decays_to_its_start()
    {
        _analytics.Fail(RecoveryLevel.TimeSync, 9);
        Assert.Equal(
            [6000, 7200, 8640, 10000, 10000],
            Follow(5, () => _analytics.Fail(RecoveryLevel.TimeSync), () => _analytics.TimeResyncTimeoutMs));

        _analytics.Succeed(RecoveryLevel.TimeSync, 99);
        Assert.Equal(
            [8333, 6944, 5786, 5000, 5000],
            Follow(5, () => _analytics.Succeed(RecoveryLevel.TimeSync), () => _analytics.TimeResyncTimeoutMs));
        Assert.Equal((5000, 8000, 2000), Parameters());
    }

    [Fact]
    public void The_sequence_repair_timeout_grows_by_a_fifth_to_its_cap_and_decays_to_its_start()
    {
        _analytics.Fail(RecoveryLevel.SequenceRepair, 9);
        Assert.Equal(
            [9600, 11520, 13824, 15000, 15000],
            Follow(5, () => _analytics.Fail(RecoveryLevel.SequenceRepair), () => _analytics.SequenceRepairTimeoutMs));

        _analytics.Succeed(RecoveryLevel.SequenceRepair, 99);
        Assert.Equal(
            [12500, 10416, 8680, 8000, 8000],
            Follow(5, () => _analytics.Succeed(RecoveryLevel.SequenceRepair), () => _analytics.SequenceRepairTimeoutMs));
        Assert.Equal((5000, 8000, 2000), Parameters());
    }

    [Fact]
    public void The_retry_interval_grows_by_half_to_its_cap_and_decays_to_its_start()
    {
        _analytics.Succeed(RecoveryLevel.SessionRekey, 9, _fourConditions);
        Assert.Equal(
            [3000, 4500, 5000, 5000],
            Follow(4, () => _analytics.Succeed(RecoveryLevel.SessionRekey, 1, _fourConditions), () => _analytics.RetryIntervalMs));

        _analytics.Succeed(RecoveryLevel.SessionRekey, 99);
        Assert.Equal(
            [3333, 2222, 2000, 2000],
            Follow(4, () => _analytics.Succeed(RecoveryLevel.SessionRekey), () => _analytics.RetryIntervalMs));
        Assert.Equal((5000, 8000, 2000), Parameters());
    }

    [Theory]
    [InlineData(7, 10, 5000)] // 70 % is not below 70 %
    [InlineData(69, 99, 6000)] // 69.7 %
    [InlineData(0, 3, 6000)]
    [InlineData(0, 2, 5000)] // too few to judge by (D13)
    [InlineData(0, 0, 5000)] // never tried is not 0 % (D13)
    public void Time_resync_is_judged_by_70_percent_of_at_least_three_attempts(int successes, int attempts, int timeoutMs)
    {
        _analytics.Fail(RecoveryLevel.ConnectionTerminate, Math.Max(0, 10 - attempts));
        _analytics.Succeed(RecoveryLevel.TimeSync, successes);
        _analytics.Fail(RecoveryLevel.TimeSync, attempts - successes);
        _analytics.Analyse(0);
        Assert.Equal(timeoutMs, _analytics.TimeResyncTimeoutMs);
    }

    [Theory]
    [InlineData(8, 10, 8000)] // 80 % is not below 80 %
    [InlineData(79, 99, 9600)] // 79.8 %
    [InlineData(0, 3, 9600)]
    [InlineData(0, 2, 8000)]
    [InlineData(0, 0, 8000)]
    public void Sequence_repair_is_judged_by_80_percent_of_at_least_three_attempts(int successes, int attempts, int timeoutMs)
    {
        _analytics.Fail(RecoveryLevel.ConnectionTerminate, Math.Max(0, 10 - attempts));
        _analytics.Succeed(RecoveryLevel.SequenceRepair, successes);
        _analytics.Fail(RecoveryLevel.SequenceRepair, attempts - successes);
        _analytics.Analyse(0);
        Assert.Equal(timeoutMs, _analytics.SequenceRepairTimeoutMs);
    }

    [Fact]
    public void A_grown_timeout_stays_while_fewer_than_three_attempts_are_on_record()
    {
        _analytics.Fail(RecoveryLevel.TimeSync, 5);
        _analytics.Fail(RecoveryLevel.SequenceRepair, 5);
        _analytics.Analyse(0);
        _analytics.Succeed(RecoveryLevel.SessionRekey, 100);

        for (int attempts = 1; attempts <= 2; attempts++)
        {
            _analytics.Succeed(RecoveryLevel.TimeSync);
            _analytics.Succeed(RecoveryLevel.SequenceRepair);
            _analytics.Analyse(0);
            Assert.Equal((6000, 9600, 2000), Parameters());
        }

        _analytics.Succeed(RecoveryLevel.TimeSync);
        _analytics.Succeed(RecoveryLevel.SequenceRepair);
        _analytics.Analyse(0);
        Assert.Equal((5000, 8000, 2000), Parameters());
    }

    [Fact]
    public void Three_recurring_conditions_leave_the_retry_interval_alone()
    {
        int three = _fourConditions & ~Bits(FailureCondition.PortMismatch);
        _analytics.Fail(RecoveryLevel.SessionRekey, 10, three);
        _analytics.Fail(RecoveryLevel.SessionRekey, 2, _fourConditions);
        _analytics.Analyse(0);
        Assert.Equal(3, _analytics.RecurringConditionCount);
        Assert.Equal(2000, _analytics.RetryIntervalMs);

        _analytics.Fail(RecoveryLevel.SessionRekey, 1, _fourConditions);
        _analytics.Analyse(0);
        Assert.Equal(3000, _analytics.RetryIntervalMs);
    }

    [Fact]
    public void Analysing_the_same_records_again_moves_nothing()
    {
        _analytics.Fail(RecoveryLevel.TimeSync, 5, _fourConditions);
        _analytics.Fail(RecoveryLevel.SequenceRepair, 5, _fourConditions);
        for (int i = 0; i < 3; i++)
        {
            _analytics.Analyse(i);
            Assert.Equal((6000, 9600, 3000), Parameters());
        }
    }

    [Fact]
    public void Only_an_attempt_at_its_own_level_moves_a_timeout()
    {
        _analytics.Fail(RecoveryLevel.TimeSync, 5);
        _analytics.Fail(RecoveryLevel.SequenceRepair, 5);
        _analytics.Analyse(0);
        Assert.Equal((6000, 9600, 2000), Parameters());

        _analytics.Fail(RecoveryLevel.TimeSync);
        _analytics.Analyse(0);
        Assert.Equal((7200, 9600, 2000), Parameters());

        _analytics.Fail(RecoveryLevel.SequenceRepair);
        _analytics.Analyse(0);
        Assert.Equal((7200, 11520, 2000), Parameters());

        _analytics.Fail(RecoveryLevel.SessionRekey);
        _analytics.Analyse(0);
        Assert.Equal((7200, 11520, 2000), Parameters());
    }

    [Fact]
    public void Several_attempts_between_two_analyses_are_one_step()
    {
        _analytics.Fail(RecoveryLevel.TimeSync, 10);
        _analytics.Analyse(0);
        _analytics.Fail(RecoveryLevel.TimeSync, 4);
        _analytics.Analyse(0);
        Assert.Equal(7200, _analytics.TimeResyncTimeoutMs);
    }

    [Fact]
    public void Whatever_happens_the_parameters_stay_between_start_and_cap_and_step_as_the_document_says()
    {
        Gen.Select(Gen.OneOf(Levels), Gen.Bool, Gen.Int[0, 63], Gen.Int[0, 2]).List[0, 300].Sample(steps =>
        {
            var analytics = new RecoveryAnalytics(100);
            var model = new Model();
            foreach ((RecoveryLevel level, bool success, int conditions, int analyses) in steps)
            {
                analytics.Record(level, success ? RecoveryResult.Success : Silence(level), 1, conditions << 1);
                model.Record(level, success, conditions << 1);
                for (int i = 0; i < analyses; i++)
                {
                    analytics.Analyse(0);
                    model.Analyse();
                }

                Assert.Equal(
                    (model.TimeSync, model.Repair, model.Retry),
                    (analytics.TimeResyncTimeoutMs, analytics.SequenceRepairTimeoutMs, analytics.RetryIntervalMs));
            }
        });
    }

    /// <summary>The parameter after each of some rounds of an attempt and an analysis.</summary>
    private IEnumerable<int> Follow(int rounds, Action attempt, Func<int> parameter)
    {
        for (int i = 0; i < rounds; i++)
        {
            attempt();
            _analytics.Analyse(0);
            yield return parameter();
        }
    }

    private (int TimeResync, int SequenceRepair, int Retry) Parameters()
    {
        return (_analytics.TimeResyncTimeoutMs, _analytics.SequenceRepairTimeoutMs, _analytics.RetryIntervalMs);
    }

    /// <summary>The document's optimize_recovery_parameters as D13 mends it, over a plain list.</summary>
    private sealed class Model
    {
        private readonly List<(RecoveryLevel Level, bool Success, int Conditions)> _attempts = [];
        private readonly HashSet<RecoveryLevel> _fresh = [];

        public int TimeSync { get; private set; } = 5000;

        public int Repair { get; private set; } = 8000;

        public int Retry { get; private set; } = 2000;

        public void Record(RecoveryLevel level, bool success, int conditions)
        {
            _attempts.Add((level, success, conditions));
            _fresh.Add(level);
        }

        public void Analyse()
        {
            if (_attempts.Count < 10)
            {
                return;
            }

            TimeSync = Timeout(RecoveryLevel.TimeSync, TimeSync, 0.7m, 5000, 10000);
            Repair = Timeout(RecoveryLevel.SequenceRepair, Repair, 0.8m, 8000, 15000);
            if (_fresh.Count > 0)
            {
                int recurring = AllConditions.Count(c => _attempts.TakeLast(100).Count(a => (a.Conditions & (1 << (int)c)) != 0) >= 3);
                Retry = recurring > 3 ? Math.Min((int)(Retry * 1.5m), 5000) : Math.Max((int)(Retry / 1.5m), 2000);
            }

            _fresh.Clear();
        }

        private int Timeout(RecoveryLevel level, int value, decimal threshold, int start, int cap)
        {
            var own = _attempts.TakeLast(100).Where(a => a.Level == level).ToList();
            if (own.Count < 3 || !_fresh.Contains(level))
            {
                return value;
            }

            bool below = own.Count(a => a.Success) < threshold * own.Count;
            return below ? Math.Min((int)(value * 1.2m), cap) : Math.Max((int)(value / 1.2m), start);
        }
    }
}

using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Simulation.Campaigns;
using Hoplink.Tests.Scenarios;

namespace Hoplink.Tests.Simulation.Campaigns;

/// <summary>Campaigns find what is broken, shorten the run that shows it, and say how to see it again.</summary>
public sealed class InvariantTests
{
    private const long Micros = World.Hour;

    public static TheoryData<Invariant> Invariants => [.. Enum.GetValues<Invariant>().Where(invariant => invariant != Invariant.None)];

    public static TheoryData<string> Changes => [.. _changes.Keys];

    // What a datagram of the other end may change, and one that nobody sealed may not.
    private static readonly Dictionary<string, Action<Link, long>> _changes = new()
    {
        ["clock"] = (link, now) => link.Faults.JumpClock(1000, now),
        ["session"] = (link, now) => link.Faults.ForgetSession(now),
        ["outbox"] = (link, now) => link.Faults.ForgetSendHistory(),
        ["path"] = (link, now) => link.Session.Path.Update(At(7), link.Session.Epochs.Current.Number + 1, 1),
        ["key"] = (link, now) => link.Session.Epochs.Current.Opened++,
    };

    [Theory]
    [MemberData(nameof(Invariants))]
    public async Task A_broken_invariant_is_found_and_its_shortened_run_shows_it_again(Invariant invariant)
    {
        (string name, Action<Pair> tamper) = BrokenLinks.That(invariant);
        Preset preset = Preset.Find(name)!;
        RunReport whole = new SimulatedRun(preset, 1, Micros, Narrowing.None, tamper).Play();
        RunReport run = await Run(preset, tamper);
        Failure failure = Assert.IsType<Failure>(run.Failure);
        Assert.True(whole.Failure!.Invariant == invariant, whole.Failure.What);
        Assert.Equal(invariant, failure.Invariant);
        Assert.InRange(failure.Trace.Count, 1, 80);
        Assert.InRange(failure.Tries, 1, 150);
        Assert.True(failure.At <= whole.Failure.At, $"{failure.At} instead of {whole.Failure.At}");
        Assert.Single(failure.Narrowing.Episodes);

        // What is printed is enough to see it again, to the byte.
        var read = Narrowing.Parse(failure.Narrowing.ToString());
        Failure again = Assert.IsType<Failure>(new SimulatedRun(preset, 1, Micros, read, tamper).Play().Failure);
        Assert.Equal((failure.Invariant, failure.What, failure.At), (again.Invariant, again.What, again.At));
        Assert.Equal(failure.Trace, again.Trace);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Whatever_a_forgery_changes_is_noticed(string change)
    {
        Pair s = new(1);
        _ = new Invariants(s);
        s.Connect();
        s.Traffic(20, 20 * World.Millisecond);
        s.World.RunFor(100 * World.Millisecond);
        bool done = false;
        s.Peer.Handling += packet =>
        {
            if (packet.IsAltered && !done)
            {
                done = true;
                _changes[change](s.PeerLink!, s.Peer.Clock.Now);
            }
        };
        s.Up.Corruption = 1;
        s.Checker.Down.Send(1);
        SimulationException found = Assert.Throws<SimulationException>(() => s.World.RunFor(World.Second));
        Assert.Equal(Invariant.Authentication, found.Broken);
    }

    [Fact]
    public async Task All_presets_hold_every_invariant_for_an_hour()
    {
        ulong seed = (ulong)Random.Shared.Next(1, 1_000_000_000);
        var reports = new List<RunReport>();
        await new Campaign
        {
            Presets = Preset.All,
            FirstSeed = seed,
            Seeds = 1,
            Micros = Micros,
            Jobs = 1,
            Completed = reports.Add,
        }.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Preset.All.Count, reports.Count);
        Assert.All(reports, report => Assert.True(report.Failure == null, $"{report.Preset.Name}, seed {seed}: {report.Failure?.What}"));
        Assert.All(reports, report => Assert.True(report.Micros >= Micros && report.Messages > 0, report.Preset.Name));
    }

    [Fact]
    public void A_run_is_the_same_to_the_last_datagram_each_time()
    {
        Preset everything = Preset.Find("everything")!;
        RunReport first = new SimulatedRun(everything, 7, Micros, Narrowing.None).Play();
        RunReport second = new SimulatedRun(everything, 7, Micros, Narrowing.None).Play();
        Assert.Equal((first.Datagrams, first.Messages, first.Micros, first.SlowestFlow), (second.Datagrams, second.Messages, second.Micros, second.SlowestFlow));
    }

    [Fact]
    public async Task A_campaign_that_is_stopped_reports_what_it_has_done()
    {
        using var stop = new CancellationTokenSource();
        var reports = new List<RunReport>();
        await new Campaign
        {
            Presets = Preset.All,
            FirstSeed = 1,
            Seeds = 1000,
            Micros = Micros,
            Jobs = 1,
            Completed = report =>
            {
                reports.Add(report);
                stop.Cancel();
            },
        }.RunAsync(stop.Token);
        Assert.Null(Assert.Single(reports).Failure);
    }

    private static async Task<RunReport> Run(Preset preset, Action<Pair> tamper)
    {
        var reports = new List<RunReport>();
        await new Campaign
        {
            Presets = [preset],
            FirstSeed = 1,
            Seeds = 1,
            Micros = Micros,
            Tamper = tamper,
            Completed = reports.Add,
        }.RunAsync(TestContext.Current.CancellationToken);
        return Assert.Single(reports);
    }

    private static Arrival At(int last)
    {
        var arrival = new Arrival { LocalPort = 49152 };
        new SimEndpoint(Scenario.MakeAddress(last), 5000).CopyTo(arrival.Remote);
        return arrival;
    }
}

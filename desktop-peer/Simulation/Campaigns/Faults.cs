namespace Hoplink.Simulation.Campaigns;

/// <summary>Lets an episode's impairments loose on a pair, and ends them.</summary>
internal sealed class Faults
{
    private const long Second = World.Second;

    private readonly Pair _pair;
    private readonly Preset _preset;
    private readonly Episode _episode;
    private readonly SimRandom _random;
    private bool _over;

    public Faults(Pair pair, Preset preset, Episode episode)
    {
        _pair = pair;
        _preset = preset;
        _episode = episode;
        _random = pair.World.Random($"faults {episode.Number}");
    }

    /// <summary>Begins them all; they go on until <see cref="Stop"/>.</summary>
    public void Start()
    {
        _pair.World.Trace.Note("faults", $"begin: {_episode}");
        _pair.EachWay(Spoil);
        RepeatIf(Impairment.Rebinding, 5 * Second, () => _pair.Nat!.Rebind());
        RepeatIf(Impairment.ClockJumps, (long)(0.5 + _random.NextDouble() * 8) * Second, JumpClock);
        RestartIf(Impairment.DeviceRestart, _pair.Device);
        RestartIf(Impairment.PeerRestart, _pair.Peer);
    }

    /// <summary>Ends them all. An end that is down comes back when its time has come.</summary>
    public void Stop()
    {
        _over = true;
        _pair.EachWay(lane => lane.Heal());
        _pair.World.Trace.Note("faults", "end");
    }

    private bool Has(Impairment impairment) => (_episode.Impairments & impairment) != 0;

    private void Spoil(Lane lane)
    {
        lane.Loss = Has(Impairment.Loss) ? _preset.LossRate : 0;
        lane.Corruption = Has(Impairment.Corruption) ? _preset.CorruptionRate : 0;
        if (Has(Impairment.Bursts))
        {
            lane.SetBurstLoss(0.30, 3);
        }

        if (Has(Impairment.Jitter))
        {
            lane.Jitter = Jitter.Uniform(577 * World.Millisecond);
        }

        if (Has(Impairment.Disorder))
        {
            lane.Duplication = 0.05;
            lane.Reordering = 0.05;
        }

        long start = _pair.World.Now;
        for (long at = start; Has(Impairment.Blackhole) && at < start + _episode.FaultMicros; at += 7 * Second)
        {
            lane.BlackholeBetween(at, at + 5 * Second);
        }
    }

    private void RepeatIf(Impairment impairment, long interval, Action action)
    {
        if (!Has(impairment))
        {
            return;
        }

        _pair.World.Every(Math.Max(interval, Second), () =>
        {
            if (!_over)
            {
                action();
            }

            return !_over;
        });
    }

    /// <summary>One clock of four: that of either host, which only jumps forward, or the session clock of either end.</summary>
    private void JumpClock()
    {
        EndNode node = _random.Chance(0.5) ? _pair.Device : _pair.Peer;
        Link? link = node == _pair.Device ? _pair.Device.Link : _pair.PeerLink;
        if (!node.IsRunning)
        {
            return;
        }

        if (_random.Chance(0.5))
        {
            long jump = _random.LogUniform(10 * World.Millisecond, 2 * World.Minute);
            _pair.World.Trace.Note(node.Name, $"its host's clock jumps by {jump} us");
            node.Clock.Jump(jump);
        }
        else if (link != null)
        {
            long jump = _random.LogUniform(10 * World.Millisecond, 8 * Second) * (_random.Chance(0.5) ? 1 : -1);
            _pair.World.Trace.Note(node.Name, $"its session clock jumps by {jump} us");
            node.Drive(() => link.Faults.JumpClock(jump, node.Clock.Now));
        }
    }

    private void RestartIf(Impairment impairment, EndNode node)
    {
        if (!Has(impairment))
        {
            return;
        }

        long restarts = _random.Between(1, 3);
        for (long i = 0; i < restarts; i++)
        {
            long down = _random.LogUniform(100 * World.Millisecond, 20 * Second);
            bool losesDisk = _random.Chance(0.1);
            _pair.World.After(_random.Below(_episode.FaultMicros), () =>
            {
                if (losesDisk && node is PeerNode peer)
                {
                    peer.RestartWithoutResetSecret(down);
                }
                else
                {
                    node.Restart(down);
                }
            });
        }
    }
}

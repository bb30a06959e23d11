using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hoplink.Peer.Demo;

/// <summary>Where a scenario is played: a peer, a device and the chaos between them, as processes on loopback.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const int SendEveryMs = 20;
    private const int PollMs = 10;
    private static readonly TimeSpan _flowBound = TimeSpan.FromSeconds(20);

    private readonly string _folder;
    private readonly string _network;
    private readonly Action<string, JsonElement> _show;
    private readonly CancellationToken _stop;
    private ChildProcess? _peer;
    private ChildProcess? _chaos;
    private ChildProcess? _device;

    /// <summary><paramref name="network"/> is the first three numbers of the loopback addresses, as in 127.7.3.</summary>
    public Stage(string folder, string network, Action<string, JsonElement> show, CancellationToken stop)
    {
        _folder = folder;
        _network = network;
        _show = show;
        _stop = stop;
    }

    /// <summary>What the events tell.</summary>
    public Observer Observer { get; } = new();

    /// <summary>Plays a scenario and measures.</summary>
    public async Task<Outcome> PlayAsync(Scenario scenario, ulong seed)
    {
        await StartAsync(scenario, seed).ConfigureAwait(false);
        if (!await Until(() => Observer.IsFlowing, _flowBound).ConfigureAwait(false))
        {
            return Observer.Conclude(scenario, "no messages passed before the fault. " + _device!.Errors() + _peer!.Errors());
        }

        await Delay(500).ConfigureAwait(false);
        Observer.OnFault();
        await scenario.Inject(this).ConfigureAwait(false);
        Observer.OnFaultDone();
        bool healed = await Until(() => Observer.IsHealed(scenario), scenario.Bound).ConfigureAwait(false);
        await Delay(500).ConfigureAwait(false);
        string? problem = healed ? null : $"not healed within {scenario.Bound.TotalSeconds:0} s";

        // The device sends no more, waits for what is on its way, there and back, and closes. A board in a hurry gives up a close that
        // takes longer than 1.2 s, so the network is good for it.
        Chaos("{\"loss\":0,\"delay\":0,\"jitter\":0}");
        _device!.WriteLine("{\"fault\":\"quit\"}");
        if (!await _device.WaitForExitAsync().ConfigureAwait(false))
        {
            problem ??= "the device did not close its link";
        }

        await Delay(200).ConfigureAwait(false);
        return Observer.Conclude(scenario, problem);
    }

    /// <summary>Injects a fault at the device.</summary>
    public Task Device(string fault, string? name = null, int value = 0)
    {
        string argument = name is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $",\"{name}\":{value}");
        _device!.WriteLine($"{{\"fault\":\"{fault}\"{argument}}}");
        return Task.CompletedTask;
    }

    /// <summary>Changes the network.</summary>
    public void Chaos(string control)
    {
        _chaos!.WriteLine(control);
    }

    /// <summary>
    /// Damages delivery: what the device has sent and not seen acknowledged is lost on the way, and then forgotten.
    /// </summary>
    public async Task ForgetDeliveryAsync()
    {
        Chaos("{\"blackoutMs\":100}");
        await Delay(60).ConfigureAwait(false);
        await Device("forgetSendHistory").ConfigureAwait(false);
        await Delay(60).ConfigureAwait(false);
    }

    /// <summary>Kills the peer process and starts it again, with the same reset secret.</summary>
    public async Task RestartPeerAsync()
    {
        await _peer!.KillAsync().ConfigureAwait(false);
        Observer.OnPeerRestarted();
        await Delay(300).ConfigureAwait(false);
        await _peer.DisposeAsync().ConfigureAwait(false);
        _peer = await StartPeerAsync().ConfigureAwait(false);
    }

    public async Task Delay(int milliseconds)
    {
        await Task.Delay(milliseconds, _stop).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess? child in new[] { _device, _chaos, _peer })
        {
            if (child is not null)
            {
                await child.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task StartAsync(Scenario scenario, ulong seed)
    {
        Task<ChildProcess> peer = StartPeerAsync();
        Task<ChildProcess> chaos = ChildProcess.StartAsync(
            [
                "chaos", "--listen", _network + ".2", "--forward", _network + ".1", "--ports", "40100,49152-50175", "--control",
                "--seed", seed.ToString(CultureInfo.InvariantCulture), .. scenario.Network,
            ],
            "listening", _ => { });
        _peer = await peer.ConfigureAwait(false);
        _chaos = await chaos.ConfigureAwait(false);
        _device = await ChildProcess.StartAsync(
            [
                "device", "--psk", Path.Combine(_folder, "demo.psk"), "--peer", _network + ".2", "--profile", "desktop", "--faults",
                "--send-every", SendEveryMs.ToString(CultureInfo.InvariantCulture), "--telemetry", "0",
            ],
            "connecting",
            e =>
            {
                Observer.OnDevice(e);
                _show("device", e);
            }).ConfigureAwait(false);
    }

    private Task<ChildProcess> StartPeerAsync()
    {
        return ChildProcess.StartAsync(
            [
                "listen", "--psk", Path.Combine(_folder, "demo.psk"), "--bind", _network + ".1", "--echo", "--verbose", "--faults",
                "--state", Path.Combine(_folder, _network),
            ],
            "listening",
            e =>
            {
                Observer.OnPeer(e);
                _show("peer", e);
            });
    }

    private async Task<bool> Until(Func<bool> condition, TimeSpan bound)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > bound)
            {
                return false;
            }

            await Delay(PollMs).ConfigureAwait(false);
        }

        return true;
    }
}

namespace Hoplink.Tests.Ladder;

/// <summary>Writes down each step of a device's session clock, and what the device sent between them.</summary>
internal sealed class ClockWatch
{
    private const long Noticeable = 200;

    private readonly Pair _pair;
    private readonly List<(long At, long Size)> _steps = [];
    private readonly List<(Packet Packet, int StepsBefore)> _sent = [];
    private long _error;

    /// <summary>Watches from now on; neither end's clock may drift.</summary>
    internal ClockWatch(Pair pair)
    {
        _pair = pair;
        _error = pair.ClockError();
        pair.Device.Stepped += Look;
        pair.Network.Sent += packet =>
        {
            if (packet.From == pair.Device)
            {
                _sent.Add((packet, _steps.Count));
            }
        };
    }

    /// <summary>The steps: when by the device's own clock, and by how much, us.</summary>
    internal IReadOnlyList<(long At, long Size)> Steps => _steps;

    /// <summary>What the device sent, and how many steps had been made by then.</summary>
    internal IReadOnlyList<(Packet Packet, int StepsBefore)> Sent => _sent;

    /// <summary>What was still to be applied after so many steps, us.</summary>
    internal long Pending(int stepsBefore) => _steps.Skip(stepsBefore).Sum(step => step.Size);

    private void Look()
    {
        long error = _pair.ClockError();
        if (Math.Abs(error - _error) > Noticeable)
        {
            _steps.Add((_pair.Device.Clock.Now, error - _error));
        }

        _error = error;
    }
}

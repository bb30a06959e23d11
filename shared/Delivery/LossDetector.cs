namespace Hoplink.Delivery;

/// <summary>Reads SACK maps for a <see cref="DataSender"/>, and says which messages are lost (protocol.md 6.2, 6.3).</summary>
internal sealed class LossDetector
{
    private const int SackBits = 32;
    private const int AcksPastHole = 3;

    private readonly SendWindow _window;
    private readonly RttEstimator _rtt;

    internal LossDetector(SendWindow window, RttEstimator rtt)
    {
        _window = window;
        _rtt = rtt;
    }

    /// <summary>
    /// Carries over a SACK map that counts from the oldest message, and takes for lost what three messages received later have
    /// passed. Returns the distance from the oldest of the highest one so taken, -1 if none.
    /// </summary>
    internal int ReadMap(uint map, long nowMicros)
    {
        int highestLost = -1;
        int news = 0;
        for (int distance = Integers.Smaller(SackBits, _window.Sent - 1); distance >= 0; distance--)
        {
            uint number = _window.Oldest + (uint)distance;
            OutgoingMessage message = _window.At(number);
            bool held = distance > 0 && (map & (1u << (distance - 1))) != 0;
            if (held && !message.IsSacked)
            {
                // The highest is the one sent last.
                if (news == 0 && message.IsTimed)
                {
                    _rtt.Sample(nowMicros - message.LastSent);
                }

                news++;
                _window.MarkSacked(number);
            }
            else if (!held && message.IsSacked)
            {
                // 6.2: the newest map replaces earlier ones. The other end dropped it, and not for congestion.
                _window.MarkLost(number);
            }
            else if (!held && news > 0 && IsPassed(message, news, nowMicros))
            {
                _window.MarkLost(number);
                highestLost = Integers.Larger(highestLost, distance);
            }
        }

        return highestLost;
    }

    /// <summary>Takes everything that was sent for lost, SACKed or not.</summary>
    internal void TakeAllForLost()
    {
        uint end = _window.FirstUnsent;
        for (uint number = _window.Oldest; number != end; number++)
        {
            _window.MarkLost(number);
        }
    }

    /// <summary>
    /// Counts acknowledgments past a hole. A map with several messages that were not known to be held stands for as many
    /// acknowledgments: those between were lost or merged. For a message sent again only the acknowledgments of what was under
    /// way with it could say so, so none counts for one round trip, and then one a map.
    /// </summary>
    private bool IsPassed(OutgoingMessage message, int news, long nowMicros)
    {
        if (!message.IsInFlight)
        {
            return false;
        }

        if (message.TimesSent == 1)
        {
            message.AcksPast += news;
        }
        else if (nowMicros - message.LastSent >= (_rtt.SmoothedRtt != 0 ? _rtt.SmoothedRtt : _rtt.BaseRto))
        {
            message.AcksPast++;
        }

        return message.AcksPast >= AcksPastHole;
    }
}

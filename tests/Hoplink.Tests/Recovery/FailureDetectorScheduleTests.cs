using CsCheck;
using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>A host looks at the detector when something happened and when it says so: that must be enough.</summary>
public sealed class FailureDetectorScheduleTests
{
    private const long Ms = DetectorRig.Ms;
    private const long Second = DetectorRig.Second;

    private static readonly Gen<(int Kind, int Value, int WaitMs)[]> _histories =
        Gen.Select(Gen.Int[0, 16], Gen.Int[0, 80], Gen.OneOf(Gen.Int[0, 50], Gen.Int[0, 3000], Gen.Int[0, 40000])).Array[1, 60];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Looking_when_told_to_finds_what_looking_all_the_time_finds(bool initiator)
    {
        _histories.Sample(history =>
        {
            var told = new DetectorRig(initiator);
            var always = new DetectorRig(initiator);
            long now = 0;
            foreach ((int kind, int value, int waitMs) in history)
            {
                Happen(told, kind, value, now);
                Happen(always, kind, value, now);
                told.Detector.Update(now);
                always.Detector.Update(now);
                long end = now + (waitMs * Ms);
                for (long step = now; step <= end; step += 1 + ((end - now) / 8))
                {
                    CatchUp(told, step);
                    always.Detector.OnDeliveryChanged(); // look, whatever it says
                    always.Detector.Update(step);
                    if (told.Detector.Conditions != always.Detector.Conditions)
                    {
                        return false;
                    }
                }

                CatchUp(told, end);
                now = end;
            }

            return true;
        });
    }

    [Fact]
    public void A_detector_that_was_looked_at_asks_to_be_looked_at_later_and_not_at_once()
    {
        _histories.Sample(history =>
        {
            var rig = new DetectorRig();
            long now = 0;
            foreach ((int kind, int value, int waitMs) in history)
            {
                now += waitMs * Ms;
                Happen(rig, kind, value, now);
                rig.Detector.Update(now);
                if (rig.Detector.NextCheck <= now)
                {
                    return false;
                }
            }

            return true;
        });
    }

    private static void CatchUp(DetectorRig rig, long until)
    {
        while (rig.Detector.NextCheck <= until)
        {
            rig.Detector.Update(rig.Detector.NextCheck);
        }
    }

    private static void Happen(DetectorRig rig, int kind, int value, long now)
    {
        FailureDetector detector = rig.Detector;
        switch (kind)
        {
            case 0: detector.OnFresh(value % 4 != 0, now); break;
            case 1: detector.OnTag(false); break;
            case 2: rig.Times(1 + (value / 4), () => detector.OnTag(true)); break;
            case 3: rig.Times(1 + (value % 3), () => detector.OnWrongPort(now)); break;
            case 4: rig.Times(1 + (value % 3), () => detector.OnWrongTimestamp(now)); break;
            case 5: rig.Times(1 + (value % 10), () => detector.OnDuplicateMessage(now)); break;
            case 6: rig.Times(1 + (value % 5), () => detector.OnReplay(now)); break;
            case 7: detector.OnAckOfUnsent(now); break;
            case 8: detector.OnSentForAnswer(now / (500 * Ms), now); break;
            case 9: rig.Receive((uint)value); break;
            case 10: rig.Receive(rig.Inbox.NextExpected); break;
            case 11: rig.Measure((value - 40) * 3 * Ms, value * Ms * 2, now); break;
            case 12: detector.OnFinWaiting(value % 2 == 0); break;
            case 13: detector.OnPeerAsks((RecoveryLevel)(1 + (value % 2))); break;
            case 14: rig.SendAndRepeat(value % 9, now); break;
            case 15: detector.OnAnswered(); break;
            default: detector.Cure((RecoveryLevel)(1 + (value % 3)), value % 2 == 0, now); break;
        }

        // The application reads now and then, so that there is room.
        while (value % 2 == 0 && rig.Inbox.Read(new byte[16], 0) >= 0)
        {
            rig.Inbox.OfferWindow();
        }
    }
}

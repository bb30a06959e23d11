namespace Hoplink.Tests.Ladder;

/// <summary>Tests of level 2: messages that stay away, and messages that are gone.</summary>
public abstract class RepairTest : LadderTest
{
    /// <summary>The messages that a node receives.</summary>
    protected static MessageStream StreamTo(Pair s, EndNode receiver) => receiver == s.Device ? s.Checker.Down : s.Checker.Up;

    /// <summary>Loses each transmission of one message to a node.</summary>
    protected static Tap Hole(Pair s, EndNode receiver, uint number)
    {
        return s.Network.Tap(p => p.Kind == DatagramKind.Data && p.From != receiver && p.Info.Message == number, _ => Verdict.Drop);
    }

    /// <summary>Lets a node send so many messages that nobody gets, and then forget them.</summary>
    protected static void Lose(Pair s, EndNode sender, int count)
    {
        MessageStream stream = StreamTo(s, s.Other(sender));
        s.From(sender).Blackhole = true;
        for (int left = count; left > 0;)
        {
            int some = Math.Min(left, 10);
            stream.Send(some);
            Assert.Equal(some, s.Do(sender, link => link.Faults.ForgetSendHistory()));
            left -= some;
        }

        s.From(sender).Blackhole = false;
    }
}

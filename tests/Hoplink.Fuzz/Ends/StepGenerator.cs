using Hoplink.Wire;

namespace Hoplink.Fuzz.Ends;

/// <summary>Makes steps: genuine datagrams of every kind, changed or not, half of them sealed.</summary>
internal sealed class StepGenerator(SimRandom random)
{
    private readonly Mutator _mutator = new(random);

    public Step Next(bool isJunk, Step? previous)
    {
        if (previous is { } again && random.Chance(0.05))
        {
            return again;
        }

        StepOptions options = random.Chance(0.1) ? StepOptions.Stranger : StepOptions.None;
        if (!isJunk)
        {
            // Half of all: scripts of junk alone have one input in two.
            options |= random.Chance(0.95) ? StepOptions.Seal : StepOptions.None;
            options |= random.Chance(0.03) ? StepOptions.Wait : StepOptions.None;
        }

        if (random.Chance(0.3))
        {
            // With the number that it had, it is a replay if it arrived.
            options |= random.Chance(0.6) ? StepOptions.Place : StepOptions.None;
            return new Step(options | StepOptions.Edit, Edits());
        }

        options |= random.Chance(0.9) ? StepOptions.Place : StepOptions.None;
        options |= random.Chance(0.7) ? StepOptions.Answer : StepOptions.None;
        byte[] datagram = Template();
        if (random.Chance(0.9))
        {
            datagram = Change(datagram, isSealed: !isJunk);
        }

        return new Step(options, datagram);
    }

    // Of the sealed ones half pass for what they were: else most would end at the header, before anything reads the payload.
    private byte[] Change(byte[] datagram, bool isSealed)
    {
        return isSealed && random.Chance(0.5) ? _mutator.ChangePayload(datagram, Template())
            : random.Chance(0.85) ? _mutator.ChangeDatagram(datagram, Template()) : _mutator.Change(datagram, Template());
    }

    // Resets are rare: after one that is taken there is nothing left to reach.
    private byte[] Template()
    {
        byte[] template = Draw();
        return template[WireFormat.TypeOffset] == (byte)PacketType.Reset && random.Chance(0.75) ? Draw() : template;

        byte[] Draw() => Corpus.Templates[(int)random.Below(Corpus.Templates.Count)];
    }

    private byte[] Edits()
    {
        int count = (int)random.Below(4);
        byte[] edits = new byte[2 + (3 * count)];
        edits[0] = (byte)random.Below(256);
        edits[1] = random.Chance(0.9) ? (byte)0 : (byte)random.Between(-20, 20);
        for (int i = 2; i < edits.Length; i += 3)
        {
            // Below the largest payload of fixed size most of the time.
            long at = random.Below(random.Chance(0.8) ? 200 : WireFormat.MaxDatagram);
            edits[i] = (byte)(at >> 8);
            edits[i + 1] = (byte)at;
            edits[i + 2] = (byte)(random.Chance(0.5) ? 1 << (int)random.Below(8) : (int)random.Below(256));
        }

        return edits;
    }
}

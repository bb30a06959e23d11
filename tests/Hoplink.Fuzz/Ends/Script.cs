using System.Buffers.Binary;

namespace Hoplink.Fuzz.Ends;

/// <summary>What is done with the bytes of a step before the victim gets them.</summary>
[Flags]
internal enum StepOptions : byte
{
    None = 0,

    /// <summary>Encrypted and sealed by whoever holds the keys, so that the tag verifies and the victim reads these very bytes.</summary>
    Seal = 1,

    /// <summary>
    /// The session id of the victim, and numbers (packet, message, acknowledgment, timestamp) that count from where it stands; with
    /// <see cref="Edit"/> the session id and the next packet number only.
    /// </summary>
    Place = 2,

    /// <summary>With nonce and time of what the victim has asked last, as an answer has to have them.</summary>
    Answer = 4,

    /// <summary>Comes from an address that the victim has not heard of.</summary>
    Stranger = 8,

    /// <summary>Half a second passes first, with a message of each end.</summary>
    Wait = 16,

    /// <summary>
    /// The bytes are changes to what the other end really sent, with <see cref="Seal"/> to what it was before it was encrypted: which of it,
    /// how much longer, and triples of place and value.
    /// </summary>
    Edit = 32,
}

/// <summary>One input of a script.</summary>
internal readonly record struct Step(StepOptions Options, byte[] Bytes);

/// <summary>
/// A file for a <see cref="EndTarget"/>: two bytes that set the stage, then steps of one byte <see cref="StepOptions"/>, two bytes length and
/// so many bytes. Any bytes are a script: the last step may be shorter than it says.
/// </summary>
internal sealed class Script
{
    private const int HeadSize = 2;
    private const int StepHeadSize = 3;

    /// <summary>Which situation; the targets choose among their own.</summary>
    public int Situation { get; init; }

    public bool PeerIsVictim { get; init; }

    /// <summary>The device checks so many bad tags in a second only (protocol.md 2).</summary>
    public bool HasBudget { get; init; }

    /// <summary>In the end the link goes on until it delivers again.</summary>
    public bool GoesOn { get; init; }

    /// <summary>The session does not encrypt payloads (protocol.md 14).</summary>
    public bool IsPlain { get; init; }

    public List<Step> Steps { get; } = [];

    public static Script Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeadSize)
        {
            return new Script();
        }

        var script = new Script
        {
            Situation = file[0],
            PeerIsVictim = (file[1] & 1) != 0,
            HasBudget = (file[1] & 2) != 0,
            GoesOn = (file[1] & 4) != 0,
            IsPlain = (file[1] & 8) != 0,
        };
        for (ReadOnlySpan<byte> rest = file[HeadSize..]; rest.Length >= StepHeadSize;)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(rest[1..]), rest.Length - StepHeadSize);
            script.Steps.Add(new Step((StepOptions)rest[0], rest.Slice(StepHeadSize, length).ToArray()));
            rest = rest[(StepHeadSize + length)..];
        }

        return script;
    }

    /// <summary>Where the steps of a file begin, and its end.</summary>
    public static IReadOnlyList<int> Cuts(ReadOnlySpan<byte> file)
    {
        var cuts = new List<int>();
        int at = HeadSize;
        foreach (Step step in Read(file).Steps)
        {
            cuts.Add(at);
            at += StepHeadSize + step.Bytes.Length;
        }

        cuts.Add(file.Length);
        return cuts;
    }

    public byte[] Write()
    {
        var file = new List<byte>
        {
            (byte)Situation,
            (byte)((PeerIsVictim ? 1 : 0) | (HasBudget ? 2 : 0) | (GoesOn ? 4 : 0) | (IsPlain ? 8 : 0)),
        };
        foreach (Step step in Steps)
        {
            file.AddRange([(byte)step.Options, (byte)(step.Bytes.Length >> 8), (byte)step.Bytes.Length, .. step.Bytes]);
        }

        return [.. file];
    }
}

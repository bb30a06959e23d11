using System.Buffers.Binary;
using Hoplink.Fuzz.Ends;
using Hoplink.Wire;

namespace Hoplink.Fuzz.Targets;

/// <summary>
/// Every parser of shared/Wire. The file says which, at which offset of the bytes and over how many: a range that leaves the array is wrong
/// use, and throws <see cref="ArgumentOutOfRangeException"/>; bytes never make a parser throw.
/// </summary>
internal sealed class WireTarget() : FuzzTarget("wire")
{
    private const int HeadSize = 5;

    // The size that a parser reads; -1 where the caller says it.
    private static readonly (int Size, Func<byte[], int, int, DropCause> Read)[] _parsers =
    [
        (-1, (b, o, n) => Header.Read(b, o, n, new Header())),
        (-1, (b, o, n) => new AckPayload().Read(b, o, n)),
        (-1, (b, o, n) => new DataPayload().Read(b, o, n)),
        (FinPayload.Size, (b, o, _) => new FinPayload().Read(b, o)),
        (HeartbeatPayload.Size, (b, o, _) => new HeartbeatPayload().Read(b, o)),
        (RecoveryNotice.Size, (b, o, _) => new RecoveryNotice().Read(b, o)),
        (RekeyRequest.Size, (b, o, _) => new RekeyRequest().Read(b, o)),
        (RekeyResponse.Size, (b, o, _) => new RekeyResponse().Read(b, o)),
        (RepairRequest.Size, (b, o, _) => new RepairRequest().Read(b, o)),
        (RepairResponse.Size, (b, o, _) => new RepairResponse().Read(b, o)),
        (ResetPayload.Size, (b, o, _) => new ResetPayload().Read(b, o)),
        (SynAckPayload.Size, (b, o, _) => new SynAckPayload().Read(b, o)),
        (SynPayload.Size, (b, o, _) => new SynPayload().Read(b, o)),
        (TimeSyncRequest.Size, (b, o, _) => new TimeSyncRequest().Read(b, o)),
        (TimeSyncResponse.Size, (b, o, _) => new TimeSyncResponse().Read(b, o)),
    ];

    public override int Run(byte[] file)
    {
        if (file.Length < HeadSize)
        {
            return 1;
        }

        byte[] bytes = file[HeadSize..];
        (int size, Func<byte[], int, int, DropCause> read) = _parsers[file[0] % _parsers.Length];
        int offset = BinaryPrimitives.ReadInt16BigEndian(file.AsSpan(1));
        int count = size >= 0 ? size : BinaryPrimitives.ReadInt16BigEndian(file.AsSpan(3));
        bool isInside = offset >= 0 && count >= 0 && offset <= bytes.Length - count;
        byte[] copy = (byte[])bytes.Clone();
        bool threw = false;
        try
        {
            read(bytes, offset, count);
        }
        catch (ArgumentOutOfRangeException)
        {
            threw = true;
        }

        if (threw == isInside)
        {
            throw new FuzzFailure($"offset {offset}, count {count} of {bytes.Length} bytes: {(threw ? "threw" : "did not throw")}");
        }

        if (!bytes.AsSpan().SequenceEqual(copy))
        {
            throw new FuzzFailure("a parser wrote into what it reads");
        }

        CheckEdge(bytes, offset, count, isInside, read);
        return 1;
    }

    public override byte[] Generate(SimRandom random, int most)
    {
        var mutator = new Mutator(random);
        byte[] template = Corpus.Templates[(int)random.Below(Corpus.Templates.Count)];
        byte[] other = Corpus.Templates[(int)random.Below(Corpus.Templates.Count)];
        byte[] datagram = random.Chance(0.7) ? mutator.ChangeDatagram(template, other) : mutator.Change(template, other);
        int parser = (int)random.Below(_parsers.Length);
        int size = _parsers[parser].Size;
        bool isHeader = parser == 0;
        int offset = isHeader ? 0 : WireFormat.HeaderSize;
        int count = isHeader ? datagram.Length : size >= 0 ? size : datagram.Length - WireFormat.Overhead;
        if (random.Chance(0.1))
        {
            offset = (short)mutator.Interesting();
            count = random.Chance(0.5) ? (short)mutator.Interesting() : count;
        }

        byte[] file = new byte[HeadSize + datagram.Length];
        file[0] = (byte)parser;
        BinaryPrimitives.WriteInt16BigEndian(file.AsSpan(1), (short)offset);
        BinaryPrimitives.WriteInt16BigEndian(file.AsSpan(3), (short)count);
        datagram.CopyTo(file, HeadSize);
        return file;
    }

    // What comes before and after the range says nothing: the same verdict where it is all there is.
    private static void CheckEdge(byte[] bytes, int offset, int count, bool isInside, Func<byte[], int, int, DropCause> read)
    {
        if (isInside && read(bytes, offset, count) != read(bytes.AsSpan(offset, count).ToArray(), 0, count))
        {
            throw new FuzzFailure("a parser looked beyond the bytes that it was given");
        }
    }
}

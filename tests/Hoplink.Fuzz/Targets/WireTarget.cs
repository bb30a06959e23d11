using System.Buffers.Binary;
using System.Reflection;
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
    private static readonly (int Size, Func<byte[], int, int, Reading> Read)[] _parsers =
    [
        Of<Header>(-1, (p, b, o, n) => Header.Read(b, o, n, p)),
        Of<AckPayload>(-1, (p, b, o, n) => p.Read(b, o, n)),
        Of<DataPayload>(-1, (p, b, o, n) => p.Read(b, o, n)),
        Of<FinPayload>(FinPayload.Size, (p, b, o, _) => p.Read(b, o)),
        Of<HeartbeatPayload>(HeartbeatPayload.Size, (p, b, o, _) => p.Read(b, o)),
        Of<RecoveryNotice>(RecoveryNotice.Size, (p, b, o, _) => p.Read(b, o)),
        Of<RekeyRequest>(RekeyRequest.Size, (p, b, o, _) => p.Read(b, o)),
        Of<RekeyResponse>(RekeyResponse.Size, (p, b, o, _) => p.Read(b, o)),
        Of<RepairRequest>(RepairRequest.Size, (p, b, o, _) => p.Read(b, o)),
        Of<RepairResponse>(RepairResponse.Size, (p, b, o, _) => p.Read(b, o)),
        Of<ResetPayload>(ResetPayload.Size, (p, b, o, _) => p.Read(b, o)),
        Of<SynAckPayload>(SynAckPayload.Size, (p, b, o, _) => p.Read(b, o)),
        Of<SynPayload>(SynPayload.Size, (p, b, o, _) => p.Read(b, o)),
        Of<TimeSyncRequest>(TimeSyncRequest.Size, (p, b, o, _) => p.Read(b, o)),
        Of<TimeSyncResponse>(TimeSyncResponse.Size, (p, b, o, _) => p.Read(b, o)),
    ];

    public override int Run(byte[] file)
    {
        if (file.Length < HeadSize)
        {
            return 1;
        }

        byte[] bytes = file[HeadSize..];
        (int size, Func<byte[], int, int, Reading> read) = _parsers[file[0] % _parsers.Length];
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

    // What comes before and after the range says nothing: the same verdict and the same fields where it is all there is.
    private static void CheckEdge(byte[] bytes, int offset, int count, bool isInside, Func<byte[], int, int, Reading> read)
    {
        if (isInside && !read(bytes, offset, count).IsSame(read(bytes.AsSpan(offset, count).ToArray(), 0, count)))
        {
            throw new FuzzFailure("a parser looked beyond the bytes that it was given");
        }
    }

    private static (int Size, Func<byte[], int, int, Reading> Read) Of<T>(int size, Func<T, byte[], int, int, DropCause> read)
        where T : class, new()
    {
        return (size, (bytes, offset, count) =>
        {
            var into = new T();
            return new Reading(read(into, bytes, offset, count), into);
        }
        );
    }

    /// <summary>What a parser said, and what it read into; if it dropped the datagram, that holds nothing of use.</summary>
    private sealed class Reading(DropCause cause, object into)
    {
        private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        public bool IsSame(Reading other) => cause == other.Cause && (cause != DropCause.None || Values().SequenceEqual(other.Values()));

        private DropCause Cause => cause;

        private IEnumerable<object?> Values()
        {
            return into.GetType().GetFields(Fields).Select(field => field.GetValue(into)).Select(
                value => value is byte[] bytes ? Convert.ToHexString(bytes) : value);
        }
    }
}

using Hoplink.Host;

namespace Hoplink.Fuzz.Targets;

/// <summary>Files with secrets: the pre-shared key, and the reset secret in a state directory. Whole, or refused by <see cref="UsageException"/>.</summary>
internal sealed class KeyFileTarget() : FuzzTarget("key-files")
{
    private static readonly byte[][] _samples =
    [
        [.. "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\n"u8],
        [.. "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\r\n"u8],
        [.. Enumerable.Range(1, 32).Select(i => (byte)i)],
        new byte[32],
    ];

    /// <summary>Where the files are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("hoplink-fuzz").FullName;

    public override int Run(byte[] file)
    {
        if (file.Length == 0)
        {
            return 1;
        }

        bool isKey = file[0] % 2 == 0;
        byte[] content = file[1..];
        string path = Path.Combine(Folder, ResetSecretFile.FileName);
        Directory.CreateDirectory(Folder);
        File.WriteAllBytes(path, content);
        try
        {
            byte[] secret = isKey ? PskFile.Read(path, _ => { }) : ResetSecretFile.ReadOrCreate(Folder, _ => { });
            if (secret.Length != 32)
            {
                throw new FuzzFailure($"a secret of {secret.Length} bytes");
            }
        }
        catch (UsageException)
        {
        }

        bool isUntouched = File.ReadAllBytes(path).AsSpan().SequenceEqual(content);
        return isUntouched ? 1 : throw new FuzzFailure("reading a secret changed its file");
    }

    public override byte[] Generate(SimRandom random, int most)
    {
        byte[] sample = _samples[random.Below(_samples.Length)];
        byte[] other = _samples[random.Below(_samples.Length)];
        return [(byte)random.Below(2), .. random.Chance(0.9) ? new Mutator(random).Change(sample, other) : sample];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        base.Dispose(disposing);
    }
}

using System.Security.Cryptography;
using System.Text;
using Hoplink.Crypto;
using Hoplink.Device.Configuration;
using Hoplink.Device.Provisioning;
using Hoplink.Host;

namespace Hoplink.Fuzz.Targets;

/// <summary>
/// What a board reads from its flash and from people: the configuration, with a right checksum half of the time, the lines that provision
/// it, and the file that does.
/// </summary>
internal sealed class BoardTarget() : FuzzTarget("board")
{
    private const int SumSize = 8;

    private static readonly string[] _lines =
    [
        "set psk 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", "set peer 192.0.2.1:40100\n", "set peer board.example\r\n",
        "set hop 49152-50175\n", "set iterations 4096\n", "set ssid net\u00e9\n", "set password secret phrase\n", "set faults on\n", "show\n",
        "help\n", "save\n", "cancel\n", "set\n", "\b\b\n",
    ];

    private readonly PlatformCrypto _crypto = new();

    public override int Run(byte[] file)
    {
        if (file.Length == 0)
        {
            return 1;
        }

        byte[] bytes = file[1..];
        var files = new Files();
        switch (file[0] % 4)
        {
            case 0:
                ReadConfiguration(bytes);
                break;
            case 1:
                ReadConfiguration([.. bytes, .. SumLine(bytes)]);
                break;
            case 2:
                Converse(bytes, files);
                break;
            default:
                files.Write(ProvisioningFile.FileName, bytes);
                _ = new ProvisioningFile(files, new ConfigurationStore(files, _crypto), _crypto).TakeUp();
                break;
        }

        // Whatever was saved can be read again: a board must not start without what it was told.
        var store = new ConfigurationStore(files, _crypto);
        bool isSaved = files.Exists(ConfigurationStore.FileName);
        return !isSaved || store.Load() == StoreState.Loaded ? 1 : throw new FuzzFailure($"saved, and not read again: {store.Problem}");
    }

    public override byte[] Generate(SimRandom random, int most)
    {
        var mutator = new Mutator(random);
        int kind = (int)random.Below(4);
        byte[] text = kind < 2 ? Configuration() : Lines(random);
        byte[] other = kind < 2 ? Configuration() : Lines(random);
        // A checksum is added to what stands before the last one.
        text = kind == 1 ? text[..^21] : text;
        return [(byte)kind, .. random.Chance(0.9) ? mutator.Change(text, other) : text];
    }

    private static byte[] Lines(SimRandom random)
    {
        string text = string.Concat(Enumerable.Range(0, (int)random.Between(1, 8)).Select(_ => _lines[random.Below(_lines.Length)]));
        return Encoding.UTF8.GetBytes(random.Chance(0.3) ? string.Concat(_lines[..2]) + _lines[5] + text + "save\n" : text);
    }

    private static byte[] SumLine(byte[] body)
    {
        return Encoding.ASCII.GetBytes($"sum={Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, SumSize))}\n");
    }

    private byte[] Configuration()
    {
        var configuration = new DeviceConfiguration();
        Set(configuration, "psk", new string('5', 64));
        Set(configuration, "peer", "192.0.2.1:40100");
        Set(configuration, "ssid", "net");
        return ConfigurationText.Write(configuration, _crypto);
    }

    private static void Set(DeviceConfiguration configuration, string name, string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        Setting.Find(Encoding.UTF8.GetBytes(name), 0, name.Length).TrySet(configuration, text, 0, text.Length);
    }

    // Null, and then it can be written again; or what is wrong.
    private void ReadConfiguration(byte[] bytes)
    {
        var configuration = new DeviceConfiguration();
        string? problem = ConfigurationText.TryRead(bytes, configuration, _crypto);
        if (problem == null)
        {
            _ = ConfigurationText.Write(configuration, _crypto);
        }
    }

    private void Converse(byte[] bytes, Files files)
    {
        var assembler = new LineAssembler();
        var dialogue = new ProvisioningDialogue(_crypto, new ConfigurationStore(files, _crypto), null);
        foreach (byte value in bytes)
        {
            if (!assembler.Add(value))
            {
                continue;
            }

            string answer = dialogue.Answer(assembler);
            string last = answer[(answer.LastIndexOf('\n') + 1)..];
            if (answer.Length != 0 && !last.StartsWith("ok", StringComparison.Ordinal) && !last.StartsWith("error", StringComparison.Ordinal))
            {
                throw new FuzzFailure($"the answer \"{last}\" is neither ok nor error");
            }
        }
    }

    private sealed class Files : ConfigurationFiles
    {
        private readonly Dictionary<string, byte[]> _files = [];

        public override bool Exists(string name) => _files.ContainsKey(name);

        public override byte[] Read(string name) => [.. _files[name]];

        public override void Write(string name, byte[] contents) => _files[name] = [.. contents];

        public override void Delete(string name) => _files.Remove(name);

        public override void Move(string from, string to)
        {
            _files.Add(to, _files[from]);
            _files.Remove(from);
        }
    }
}

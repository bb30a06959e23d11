using System;
using System.Text;
using Hoplink.Keys;
using Hoplink.Parameters;

namespace Hoplink.Device.Configuration;

/// <summary>The settings, one class each.</summary>
internal static class SettingList
{
    private const int HighestPort = 65535;

    /// <summary>Makes them, in the order of the file.</summary>
    public static Setting[] Create()
    {
        return new Setting[]
        {
            new PskSetting(), new PeerSetting(), new HopSetting(), new IterationsSetting(), new EncryptionSetting(), new SsidSetting(),
            new PasswordSetting(), new FaultsSetting(),
        };
    }

    private sealed class PskSetting : Setting
    {
        public PskSetting()
            : base("psk", "the pre-shared key, 64 hex digits", true)
        {
        }

        public override string TrySet(DeviceConfiguration configuration, byte[] text, int offset, int count)
        {
            if (count != 2 * PskKeys.PskSize)
            {
                return "psk: give 64 hex digits, not " + count.ToString() + " characters";
            }

            byte[] psk = new byte[PskKeys.PskSize];
            int wrong = Hex.Parse(text, offset, psk);
            if (wrong >= 0)
            {
                Array.Clear(psk, 0, psk.Length);
                return "psk: character " + (wrong + 1).ToString() + " is no hex digit";
            }

            configuration.Wipe();
            configuration.Psk = psk;
            return null;
        }

        public override bool IsSet(DeviceConfiguration configuration)
        {
            return configuration.Psk != null;
        }

        public override int Write(DeviceConfiguration configuration, byte[] output, int offset)
        {
            Hex.Write(configuration.Psk, PskKeys.PskSize, output, offset);
            return 2 * PskKeys.PskSize;
        }

        public override string Describe(DeviceConfiguration configuration)
        {
            return configuration.Psk == null ? "not set" : "set";
        }
    }

    private sealed class PeerSetting : TextSetting
    {
        public PeerSetting()
            : base("peer", "HOST or HOST:PORT, a name or an IPv4 address", true)
        {
        }

        protected override string TrySet(DeviceConfiguration configuration, string value)
        {
            int colon = value.IndexOf(':');
            string host = colon < 0 ? value : value.Substring(0, colon);
            int port = SpecConstants.DefaultRendezvousPort;
            if (colon >= 0)
            {
                port = ParseNumber(value.Substring(colon + 1), 1, HighestPort);
                if (port < 0)
                {
                    return "peer: the port must be 1 to 65535, after one colon (IPv4 only)";
                }
            }

            if (!HostName.IsHost(host))
            {
                return "peer: give a name (labels of 1 to 63 letters, digits and '-', at most 253 in all) or a unicast IPv4 address";
            }

            configuration.PeerHost = host;
            configuration.PeerPort = port;
            return null;
        }

        protected override string Read(DeviceConfiguration configuration)
        {
            return configuration.PeerHost == null ? null : configuration.PeerHost + ":" + configuration.PeerPort.ToString();
        }
    }

    private sealed class HopSetting : TextSetting
    {
        public HopSetting()
            : base("hop", "FIRST-LAST, the ports that the network lets through to the peer", false)
        {
        }

        protected override string TrySet(DeviceConfiguration configuration, string value)
        {
            int dash = value.IndexOf('-');
            int first = dash < 0 ? -1 : ParseNumber(value.Substring(0, dash), 1, HighestPort);
            int last = dash < 0 ? -1 : ParseNumber(value.Substring(dash + 1), 1, HighestPort);
            if (first < 0 || last < first)
            {
                return "hop: give FIRST-LAST, two ports of 1 to 65535, as in 49152-50175";
            }

            configuration.HopFirst = first;
            configuration.HopLast = last;
            return null;
        }

        protected override string Read(DeviceConfiguration configuration)
        {
            return configuration.HopFirst.ToString() + "-" + configuration.HopLast.ToString();
        }
    }

    private sealed class IterationsSetting : TextSetting
    {
        public IterationsSetting()
            : base("iterations", "most PBKDF2 iterations for a key, 1 to 65535", false)
        {
        }

        protected override string TrySet(DeviceConfiguration configuration, string value)
        {
            int iterations = ParseNumber(value, 1, 65535);
            if (iterations < 0)
            {
                return "iterations: give 1 to 65535";
            }

            configuration.Iterations = iterations;
            return null;
        }

        protected override string Read(DeviceConfiguration configuration)
        {
            return configuration.Iterations.ToString();
        }
    }

    private sealed class EncryptionSetting : TextSetting
    {
        public EncryptionSetting()
            : base("encryption", "offered, required or off: whether messages are hidden", false)
        {
        }

        protected override string TrySet(DeviceConfiguration configuration, string value)
        {
            switch (value)
            {
                case "offered":
                    configuration.Encryption = PayloadEncryption.Offered;
                    return null;
                case "required":
                    configuration.Encryption = PayloadEncryption.Required;
                    return null;
                case "off":
                    configuration.Encryption = PayloadEncryption.Off;
                    return null;
                default:
                    return "encryption: give offered, required or off";
            }
        }

        protected override string Read(DeviceConfiguration configuration)
        {
            return configuration.Encryption == PayloadEncryption.Off ? "off"
                : configuration.Encryption == PayloadEncryption.Required ? "required" : "offered";
        }
    }

    private sealed class SsidSetting : TextSetting
    {
        private const int LongestSsid = 32;

        public SsidSetting()
            : base("ssid", "name of the Wi-Fi network, at most 32 bytes", true)
        {
        }

        protected override string TrySet(DeviceConfiguration configuration, string value)
        {
            if (value.Length == 0 || Encoding.UTF8.GetBytes(value).Length > LongestSsid)
            {
                return "ssid: give 1 to 32 bytes";
            }

            for (int i = 0; i < value.Length; i++)
            {
                if (value[i] < ' ' || value[i] == '\x7f')
                {
                    return "ssid: character " + (i + 1).ToString() + " is a control character";
                }
            }

            configuration.Ssid = value;
            return null;
        }

        protected override string Read(DeviceConfiguration configuration)
        {
            return configuration.Ssid;
        }
    }

    private sealed class PasswordSetting : TextSetting
    {
        private const int ShortestPhrase = 8;
        private const int LongestPhrase = 63;

        public PasswordSetting()
            : base("password", "of the Wi-Fi network, 8 to 63 characters; nothing for an open network", false)
        {
        }

        protected override string TrySet(DeviceConfiguration configuration, string value)
        {
            // IEEE 802.11 has a pass phrase in printable ASCII.
            for (int i = 0; i < value.Length; i++)
            {
                if (value[i] < ' ' || value[i] > '~')
                {
                    return "password: character " + (i + 1).ToString() + " is not printable ASCII";
                }
            }

            if (value.Length != 0 && (value.Length < ShortestPhrase || value.Length > LongestPhrase))
            {
                return "password: give 8 to 63 characters, or nothing for an open network";
            }

            configuration.Password = value;
            return null;
        }

        protected override string Read(DeviceConfiguration configuration)
        {
            return configuration.Password;
        }

        public override string Describe(DeviceConfiguration configuration)
        {
            return configuration.Password.Length == 0 ? "none, an open network" : "set";
        }
    }

    private sealed class FaultsSetting : TextSetting
    {
        public FaultsSetting()
            : base("faults", "on or off: whether the peer and the button may inject faults", false)
        {
        }

        protected override string TrySet(DeviceConfiguration configuration, string value)
        {
            if (value != "on" && value != "off")
            {
                return "faults: give on or off";
            }

            configuration.AllowsFaults = value == "on";
            return null;
        }

        protected override string Read(DeviceConfiguration configuration)
        {
            return configuration.AllowsFaults ? "on" : "off";
        }
    }
}

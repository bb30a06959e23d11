using System;
using Hoplink.Device.Patterns;

namespace Hoplink.Device;

/// <summary>What the device's application does beside the link. Changing it later has no effect.</summary>
public sealed class DeviceOptions
{
    /// <summary>Least telemetry interval, ms.</summary>
    public const int MinTelemetryMillis = 100;

    /// <summary>Largest telemetry interval, ms.</summary>
    public const int MaxTelemetryMillis = 3600000;

    /// <summary>Telemetry interval, ms: 0 for none, else 100 to 3,600,000.</summary>
    public int TelemetryMillis { get; set; } = 5000;

    /// <summary>Recovery events kept while they cannot be sent, 1 or more; the oldest are dropped and counted.</summary>
    public int RecoveryEventCapacity { get; set; } = 24;

    /// <summary>Whether numbered test patterns are sent.</summary>
    public bool SendPatterns { get; set; }

    /// <summary>Interval of the test patterns, ms: 0 for as fast as the link takes them.</summary>
    public int PatternEveryMillis { get; set; } = 1000;

    /// <summary>Bytes of a test pattern, 5 or more; a link that takes less is not sent any.</summary>
    public int PatternSize { get; set; } = 64;

    /// <summary>Number of test patterns, 0 for no end.</summary>
    public int PatternCount { get; set; }

    /// <summary>True for an interval that SET_TELEMETRY and <see cref="TelemetryMillis"/> take, ms.</summary>
    public static bool IsTelemetryInterval(long millis)
    {
        return millis == 0 || (millis >= MinTelemetryMillis && millis <= MaxTelemetryMillis);
    }

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(IsTelemetryInterval(TelemetryMillis), "TelemetryMillis must be 0 or 100 to 3600000");
        Require(RecoveryEventCapacity >= 1, "RecoveryEventCapacity must be 1 or more");
        Require(PatternEveryMillis >= 0, "PatternEveryMillis must not be negative");
        Require(PatternSize >= TestPattern.MinSize, "PatternSize must be 5 bytes or more");
        Require(PatternCount >= 0, "PatternCount must not be negative");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}

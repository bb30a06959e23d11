using System.Diagnostics;

namespace Hoplink.Host;

/// <summary>The time that the library is told: microseconds that never run backwards, whatever is done to the wall clock.</summary>
public static class MonotonicClock
{
    private static readonly long _origin = Stopwatch.GetTimestamp();

    /// <summary>Microseconds since this process first asked.</summary>
    public static long NowMicros => Stopwatch.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMicrosecond;
}

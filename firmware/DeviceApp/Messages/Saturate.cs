namespace Hoplink.Device.Messages;

/// <summary>Figures that may outgrow their field.</summary>
internal static class Saturate
{
    /// <summary>The value, or the nearest that 32 unsigned bits hold.</summary>
    public static uint ToUInt32(long value)
    {
        return value < 0 ? 0 : value > uint.MaxValue ? uint.MaxValue : (uint)value;
    }
}

namespace Hoplink.Hardware;

/// <summary>An ESP32-DevKitC, or any board with an ESP32 of revision 3. README.md beside this file has the wiring.</summary>
internal static class BoardConfig
{
    /// <summary>The board's name, for the log.</summary>
    public const string Name = "esp32-rev3";

    /// <summary>Data line of one WS2812, which this board does not have by itself.</summary>
    public const int LightPin = 27;

    /// <summary>The BOOT button.</summary>
    public const int ButtonPin = 0;

    /// <summary>RX of the serial line for people, COM2.</summary>
    public const int LineReceivePin = 32;

    /// <summary>TX of the serial line for people, COM2.</summary>
    public const int LineTransmitPin = 33;
}

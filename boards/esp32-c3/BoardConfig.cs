namespace Hoplink.Hardware;

/// <summary>An ESP32-C3-DevKitM-1 or -DevKitC-02. README.md beside this file has the wiring.</summary>
internal static class BoardConfig
{
    /// <summary>The board's name, for the log.</summary>
    public const string Name = "esp32-c3";

    /// <summary>The WS2812 on the board.</summary>
    public const int LightPin = 8;

    /// <summary>The BOOT button.</summary>
    public const int ButtonPin = 9;

    /// <summary>RX of the serial line for people, COM2.</summary>
    public const int LineReceivePin = 4;

    /// <summary>TX of the serial line for people, COM2.</summary>
    public const int LineTransmitPin = 5;
}

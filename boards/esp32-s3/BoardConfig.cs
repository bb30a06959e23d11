namespace Hoplink.Hardware;

/// <summary>An ESP32-S3-DevKitC-1. README.md beside this file has the wiring.</summary>
internal static class BoardConfig
{
    /// <summary>The board's name, for the log.</summary>
    public const string Name = "esp32-s3";

    /// <summary>The WS2812 on the board, version 1.0; on version 1.1 it is at 38.</summary>
    public const int LightPin = 48;

    /// <summary>The BOOT button.</summary>
    public const int ButtonPin = 0;

    /// <summary>RX of the serial line for people, COM2.</summary>
    public const int LineReceivePin = 18;

    /// <summary>TX of the serial line for people, COM2.</summary>
    public const int LineTransmitPin = 17;
}

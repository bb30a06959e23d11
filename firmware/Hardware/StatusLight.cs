using System.Threading;
using Hoplink.Device.Board;
using Iot.Device.Ws28xx.Esp32;
using nanoFramework.Hardware.Esp32;

namespace Hoplink.Hardware;

/// <summary>One WS2812 that shows <see cref="Animation"/>, on a thread of its own. It is written to only when its colour changes.</summary>
internal sealed class StatusLight
{
    private const int FrameMillis = 20;

    /// <summary>What it shows.</summary>
    public LightAnimation Animation { get; } = new LightAnimation();

    /// <summary>Lights up.</summary>
    public void Start()
    {
        new Thread(Run).Start();
    }

    private void Run()
    {
        // Here, so that a light that fails ends this thread alone.
        var light = new Ws2812c(BoardConfig.LightPin, 1);
        int shown = -1;
        while (true)
        {
            int color = Animation.ColorAt((long)(HighResTimer.GetCurrent() / 1000));
            if (color != shown)
            {
                light.Image.SetPixel(0, 0, (byte)(color >> 16), (byte)(color >> 8), (byte)color);
                light.Update();
                shown = color;
            }

            Thread.Sleep(FrameMillis);
        }
    }
}

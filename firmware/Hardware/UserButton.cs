using System;
using System.Device.Gpio;
using Hoplink.Device.Board;
using Iot.Device.Button;

namespace Hoplink.Hardware;

/// <summary>The board's BOOT button, which connects its pin to ground: a short press, or a long one of 2 s.</summary>
internal sealed class UserButton
{
    private const int DebounceMillis = 30;

    private readonly GpioButton _button;

    /// <summary>Listens to the button.</summary>
    public UserButton()
    {
        _button = new GpioButton(
            BoardConfig.ButtonPin, null, true, PinMode.InputPullUp, TimeSpan.FromMilliseconds(DebounceMillis));
        _button.IsHoldingEnabled = true;
        _button.ButtonDown += OnDown;
        _button.Holding += OnHolding;
        _button.Press += OnPress;
    }

    /// <summary>What was asked for.</summary>
    public ButtonGesture Gesture { get; } = new ButtonGesture();

    private void OnDown(object sender, EventArgs e)
    {
        Gesture.OnDown();
    }

    private void OnHolding(object sender, ButtonHoldingEventArgs e)
    {
        if (e.HoldingState == ButtonHoldingState.Started)
        {
            Gesture.OnHolding();
        }
    }

    private void OnPress(object sender, EventArgs e)
    {
        Gesture.OnPress();
    }
}

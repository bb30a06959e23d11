using System;
using System.Text;

namespace Hoplink.Device.Provisioning;

/// <summary>
/// Makes lines of the bytes of a serial line: ended by CR, LF or both, at most <see cref="MaxLength"/> bytes, with backspace for those who
/// type. A line that is too long or has other control characters is <see cref="IsBad"/> as a whole, so that no part of it is obeyed.
/// </summary>
public sealed class LineAssembler
{
    /// <summary>Most bytes of a line without its end.</summary>
    public const int MaxLength = 320;

    private const byte Backspace = 8;
    private const byte LineFeed = 10;
    private const byte CarriageReturn = 13;
    private const byte Delete = 127;

    private readonly byte[] _bytes = new byte[MaxLength];
    private int _count;
    private bool _isBad;
    private bool _afterReturn;

    /// <summary>The line that was completed last; empty if it was bad.</summary>
    public string Line { get; private set; } = string.Empty;

    /// <summary>True if that line was too long or not text.</summary>
    public bool IsBad { get; private set; }

    /// <summary>Takes the next byte; true if it completes a line.</summary>
    public bool Add(byte value)
    {
        bool isSecondEnd = _afterReturn && value == LineFeed;
        _afterReturn = value == CarriageReturn;
        if (isSecondEnd)
        {
            return false;
        }

        switch (value)
        {
            case CarriageReturn:
            case LineFeed:
                Complete();
                return true;
            case Backspace:
            case Delete:
                _count = _count > 0 ? _count - 1 : 0;
                return false;
            default:
                Append(value);
                return false;
        }
    }

    private void Append(byte value)
    {
        if (value < ' ' || _count == MaxLength)
        {
            _isBad = true;
            return;
        }

        _bytes[_count] = value;
        _count++;
    }

    private void Complete()
    {
        IsBad = _isBad;
        Line = _isBad ? string.Empty : Encoding.UTF8.GetString(_bytes, 0, _count);

        // The line may have been a key.
        Array.Clear(_bytes, 0, _count);
        _count = 0;
        _isBad = false;
    }
}

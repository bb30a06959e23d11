using System;

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
    private bool _isComplete;
    private bool _afterReturn;

    /// <summary>
    /// The line that was completed last is in the first <see cref="Count"/> of these, in UTF-8, until the next byte is added. It may be a
    /// key: whoever has read it calls <see cref="Wipe"/>.
    /// </summary>
    public byte[] Bytes
    {
        get { return _bytes; }
    }

    /// <summary>Bytes of that line; 0 if it was bad.</summary>
    public int Count { get; private set; }

    /// <summary>True if that line was too long or not text.</summary>
    public bool IsBad { get; private set; }

    /// <summary>Takes the next byte; true if it completes a line.</summary>
    public bool Add(byte value)
    {
        if (_isComplete)
        {
            Wipe();
        }

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
                TakeBack();
                return false;
            default:
                Append(value);
                return false;
        }
    }

    /// <summary>Overwrites the line that was completed; the next one begins.</summary>
    public void Wipe()
    {
        Array.Clear(_bytes, 0, _bytes.Length);
        Count = 0;
        IsBad = false;
        _count = 0;
        _isBad = false;
        _isComplete = false;
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

    private void TakeBack()
    {
        if (_count > 0)
        {
            _count--;
            _bytes[_count] = 0;
        }
    }

    private void Complete()
    {
        IsBad = _isBad;
        Count = _isBad ? 0 : _count;
        _isComplete = true;
    }
}

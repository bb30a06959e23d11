using System.IO.Ports;
using System.Text;
using Hoplink.Device.Provisioning;
using nanoFramework.Hardware.Esp32;

namespace Hoplink.Hardware;

/// <summary>
/// The board's serial line for people: 115200 baud, 8N1, on pins of its own (<see cref="BoardConfig"/>). The one that the board is flashed
/// over is no use: there the image speaks the debugger's protocol, and refuses COM1 to programs.
/// </summary>
internal sealed class BoardLine
{
    private const int Baud = 115200;

    private readonly SerialPort _port;
    private readonly LineAssembler _lines = new LineAssembler();
    private readonly byte[] _read = new byte[64];
    private int _readCount;
    private int _readAt;

    /// <summary>Opens the line.</summary>
    public BoardLine()
    {
        Configuration.SetPinFunction(BoardConfig.LineReceivePin, DeviceFunction.COM2_RX);
        Configuration.SetPinFunction(BoardConfig.LineTransmitPin, DeviceFunction.COM2_TX);
        _port = new SerialPort("COM2", Baud);
        _port.Open();
    }

    /// <summary>Has the line that <see cref="TryRead"/> completed, to be wiped by whoever reads it.</summary>
    public LineAssembler Lines
    {
        get { return _lines; }
    }

    /// <summary>Writes a text whose lines are separated by '\n', and an end of line. For one thread at a time.</summary>
    public void Write(string text)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(lines[i] + "\r\n");
            _port.Write(bytes, 0, bytes.Length);
        }
    }

    /// <summary>Takes what has arrived, without waiting; true if it completes a line. The rest is kept for the next call.</summary>
    public bool TryRead()
    {
        while (_readAt < _readCount || Fill())
        {
            byte value = _read[_readAt];
            _read[_readAt] = 0;
            _readAt++;
            if (_lines.Add(value))
            {
                return true;
            }
        }

        return false;
    }

    private bool Fill()
    {
        int available = _port.BytesToRead;
        _readAt = 0;
        _readCount = available <= 0 ? 0 : _port.Read(_read, 0, available < _read.Length ? available : _read.Length);
        return _readCount > 0;
    }
}

using System;
using System.Threading;
using Hoplink.Device.Board;

namespace Hoplink.Hardware;

/// <summary>
/// What the board tells: on its serial line, and to a debugger if one is attached. A thread of its own writes, because a line of 100
/// characters takes 9 ms. Never a key: callers pass key ids.
/// </summary>
internal sealed class BoardLog
{
    private const int Capacity = 24;

    private readonly LogQueue _queue = new LogQueue(Capacity);
    private readonly AutoResetEvent _added = new AutoResetEvent(false);
    private readonly BoardLine _line;

    /// <summary>Writes to a line, which is null if the board could not open it.</summary>
    public BoardLog(BoardLine line)
    {
        _line = line;
    }

    /// <summary>Starts to write.</summary>
    public void Start()
    {
        new Thread(Run).Start();
    }

    /// <summary>Adds a line.</summary>
    public void Write(string line)
    {
        _queue.Add(line);
        _added.Set();
    }

    /// <summary>Says what failed. The type alone: a message may hold what does not belong in a log.</summary>
    public void WriteFailure(string what, Exception e)
    {
        string type = e.GetType().FullName;
        string inner = e.InnerException == null ? string.Empty : " after " + e.InnerException.GetType().FullName;
        Write(what + ": " + type + inner);
    }

    /// <summary>Waits until all is written, at most 2 s.</summary>
    public void Flush()
    {
        for (int i = 0; i < 40 && !_queue.IsEmpty; i++)
        {
            Thread.Sleep(50);
        }

        // The line that was taken last is still on its way.
        Thread.Sleep(50);
    }

    private void Run()
    {
        while (true)
        {
            string line = _queue.Take();
            if (line == null)
            {
                _added.WaitOne();
                continue;
            }

            Console.WriteLine(line);
            if (_line != null)
            {
                _line.Write(line);
            }
        }
    }
}

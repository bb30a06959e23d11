using System.Text;

namespace Hoplink.Peer.Tests.Support;

/// <summary>Takes what a command prints, and lets a test wait for a line of it.</summary>
internal sealed class LineWriter : TextWriter
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get
        {
            lock (_gate)
            {
                return _text.ToString();
            }
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override void Write(char value)
    {
        lock (_gate)
        {
            _text.Append(value);
            Monitor.PulseAll(_gate);
        }
    }

    public override void Write(string? value)
    {
        lock (_gate)
        {
            _text.Append(value);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The first complete line that satisfies a condition.</summary>
    public string WaitForLine(Func<string, bool> wanted)
    {
        lock (_gate)
        {
            DateTime until = DateTime.UtcNow + _patience;
            while (true)
            {
                string all = _text.ToString();
                string complete = all[..(all.LastIndexOf('\n') + 1)];
                string? line = complete.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(wanted);
                if (line is not null)
                {
                    return line;
                }

                TimeSpan left = until - DateTime.UtcNow;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                {
                    throw new TimeoutException("the line did not come; what came:\n" + all);
                }
            }
        }
    }
}

using System.Diagnostics;

namespace Hoplink.Fuzz;

/// <summary>
/// Watches from a thread of its own how long an input takes. One that never comes back cannot be ended from outside: its bytes are told, and
/// the process ends.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _stopped = new();
    private readonly string _target;
    private readonly ulong? _seed;
    private readonly TimeSpan _limit;
    private readonly Action<string> _end;
    private readonly Thread _thread;
    private byte[]? _input;
    private long _since;

    /// <param name="target">The target's name.</param>
    /// <param name="seed">Where the inputs come from; null: from a fuzzer.</param>
    public Watchdog(string target, ulong? seed)
        : this(target, seed, _longest, End)
    {
    }

    /// <summary>For tests.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="seed">Where the inputs come from; null: from a fuzzer.</param>
    /// <param name="limit">Longest time, by the wall clock, that an input may take.</param>
    /// <param name="end">What is done about one that takes longer, with what there is to say of it.</param>
    internal Watchdog(string target, ulong? seed, TimeSpan limit, Action<string> end)
    {
        _target = target;
        _seed = seed;
        _limit = limit;
        _end = end;
        _thread = new Thread(Watch) { IsBackground = true, Name = "fuzzing watchdog" };
        _thread.Start();
    }

    /// <summary>An input begins.</summary>
    public void Begin(byte[] input)
    {
        lock (_lock)
        {
            _input = input;
            _since = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>It has come back.</summary>
    public void Done()
    {
        lock (_lock)
        {
            _input = null;
        }
    }

    public void Dispose()
    {
        _stopped.Set();
        _thread.Join();
        _stopped.Dispose();
    }

    private void Watch()
    {
        while (!_stopped.Wait(_limit / 60))
        {
            byte[]? hung;
            lock (_lock)
            {
                hung = _input != null && Stopwatch.GetElapsedTime(_since) > _limit ? _input : null;
            }

            if (hung != null)
            {
                _end(Text(hung));
                return;
            }
        }
    }

    private string Text(byte[] input)
    {
        string seed = _seed == null ? string.Empty : $", seed {_seed}";
        return $"target {_target}{seed}: one input of {input.Length} bytes takes longer than {_limit.TotalSeconds} s\n"
            + $"play it again: {Campaign.ReplayCommand(_target, input)}";
    }

    // Whoever runs tests keeps what they write until they end, and this one does not.
    private static void End(string text)
    {
        using (var error = new StreamWriter(Console.OpenStandardError()))
        {
            error.WriteLine(text);
        }

        Environment.FailFast("an input does not come back");
    }
}

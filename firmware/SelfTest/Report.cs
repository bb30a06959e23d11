using System;
using Hoplink.Device;

namespace Hoplink.SelfTest;

/// <summary>One check. It throws <see cref="CheckFailedException"/> if what it looks at is not so.</summary>
internal delegate void Check();

/// <summary>Runs checks and prints what came of them.</summary>
internal class Report
{
    private int _passed;
    private int _failed;

    /// <summary>Runs a check and prints "ok NAME (ms)" or "FAIL NAME: why".</summary>
    internal void Run(string name, Check check)
    {
        KeyJobRunner.MakeRoom();
        long start = Machine.NowMillis;
        try
        {
            check();
            _passed++;
            Print("ok " + name + " (" + (Machine.NowMillis - start).ToString() + " ms)");
        }
        catch (Exception e)
        {
            _failed++;
            string why = e is CheckFailedException ? e.Message : e.GetType().Name + " " + e.Message;
            Print("FAIL " + name + ": " + why);
        }
    }

    /// <summary>Prints how the heap stands.</summary>
    internal void Heap(string when)
    {
        Print("heap " + when + ": " + Machine.Heap());
    }

    /// <summary>Prints a figure.</summary>
    internal void Figure(string text)
    {
        Print(text);
    }

    /// <summary>Prints the count. True if nothing failed and something passed.</summary>
    internal bool Finish()
    {
        Print("selftest: " + _passed.ToString() + " passed, " + _failed.ToString() + " failed");
        return _failed == 0 && _passed > 0;
    }

    /// <summary>Where the lines go.</summary>
    protected virtual void Print(string line)
    {
        Console.WriteLine(line);
    }
}

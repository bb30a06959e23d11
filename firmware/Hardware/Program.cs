using System;

namespace Hoplink.Hardware;

/// <summary>The board's program.</summary>
public static class Program
{
    /// <summary>Runs for ever, by restarts.</summary>
    public static void Main()
    {
        var light = new StatusLight();
        light.Start();
        BoardLine line = TryOpenLine();
        var log = new BoardLog(line);
        log.Start();
        try
        {
            new Firmware(line, log, light.Animation).Run();
            Restart.Now(log);
        }
        catch (Exception e)
        {
            Restart.AfterFailure("board", e, light.Animation, log);
        }
    }

    /// <summary>A board whose line cannot be opened still does its work: a file can configure it.</summary>
    private static BoardLine TryOpenLine()
    {
        try
        {
            return new BoardLine();
        }
        catch (Exception e)
        {
            Console.WriteLine("no serial line: " + e.GetType().FullName);
            return null;
        }
    }
}

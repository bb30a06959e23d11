using System;
using System.Threading;
using Hoplink.Device.Board;
using nanoFramework.Runtime.Native;

namespace Hoplink.Hardware;

/// <summary>Starts the board again: the one way out of a state that the program cannot go on from.</summary>
internal static class Restart
{
    private const int ShowMillis = 3000;

    /// <summary>After what was meant to happen.</summary>
    public static void Now(BoardLog log)
    {
        log.Flush();
        Power.RebootDevice();
    }

    /// <summary>
    /// After an exception that nothing handled. On a board it would end its thread alone, and the rest would go on without a link or
    /// without anybody who looks after it: so it is told, shown by red blinking, and the board starts again.
    /// </summary>
    public static void AfterFailure(string thread, Exception e, LightAnimation light, BoardLog log)
    {
        try
        {
            light.Mode = LightMode.Crashed;
            log.WriteFailure("the thread of the " + thread + " died, the board starts again", e);
            Thread.Sleep(ShowMillis);
            log.Flush();
        }
        finally
        {
            Power.RebootDevice();
        }
    }
}

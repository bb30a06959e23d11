using System.Diagnostics.CodeAnalysis;

namespace Hoplink.Fuzz;

/// <summary>Runs a target over so many inputs, all from one seed, and makes what breaks it as small as it can.</summary>
public static class Campaign
{
    private const int MostTries = 1500;

    /// <summary>
    /// Runs exactly so many inputs; returns how many they were. One that takes longer than a minute ends the process, and its bytes are told.
    /// </summary>
    /// <exception cref="FuzzFailure">One broke a promise; the message has the input, and how to play it again.</exception>
    public static int Run(FuzzTarget target, ulong seed, int inputs)
    {
        using var watchdog = new Watchdog(target.Name, seed);
        return Run(target, seed, inputs, watchdog);
    }

    internal static int Run(FuzzTarget target, ulong seed, int inputs, Watchdog watchdog)
    {
        var random = new SimRandom(seed);
        int done = 0;
        while (done < inputs)
        {
            byte[] file = target.Generate(random, inputs - done);
            if (!TryRun(target, file, watchdog, out Exception? broken, out int handled))
            {
                byte[] smallest = Minimise(target, file, watchdog, broken);
                TryRun(target, smallest, watchdog, out Exception? last, out _);
                string command = ReplayCommand(target.Name, smallest);
                throw new FuzzFailure($"target {target.Name}, seed {seed}: {last ?? broken}\nplay it again: {command}");
            }

            done += handled;
        }

        return done;
    }

    /// <summary>What plays an input again.</summary>
    internal static string ReplayCommand(string target, byte[] input)
    {
        return $"dotnet run --project tests/Hoplink.Fuzz -- replay {target} {Convert.ToHexStringLower(input)}";
    }

    private static bool TryRun(
        FuzzTarget target, byte[] file, Watchdog watchdog, [NotNullWhen(false)] out Exception? broken, out int handled)
    {
        watchdog.Begin(file);
        try
        {
            handled = target.Run(file);
            broken = null;
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            handled = 0;
            broken = e;
            return false;
        }
        finally
        {
            watchdog.Done();
        }
    }

    private static byte[] Minimise(FuzzTarget target, byte[] file, Watchdog watchdog, Exception broken)
    {
        int tries = 0;
        bool Breaks(byte[] candidate) => ++tries <= MostTries && !TryRun(target, candidate, watchdog, out Exception? e, out _) && IsSame(e, broken);

        // First whole parts, ever smaller runs of them, then bytes.
        for (int run = target.Cuts(file).Count / 2; run > 0; run /= 2)
        {
            for (int from = 0; from + run < target.Cuts(file).Count;)
            {
                IReadOnlyList<int> cuts = target.Cuts(file);
                byte[] shorter = [.. file.AsSpan(0, cuts[from]), .. file.AsSpan(cuts[from + run])];
                bool breaks = Breaks(shorter);
                file = breaks ? shorter : file;
                from += breaks ? 0 : run;
            }
        }

        for (int i = 0; i < file.Length; i++)
        {
            if (file[i] != 0)
            {
                byte[] zeroed = (byte[])file.Clone();
                zeroed[i] = 0;
                file = Breaks(zeroed) ? zeroed : file;
            }
        }

        return file;
    }

    // The same fault, as far as its kind and the place say; a message may have numbers in it.
    private static bool IsSame(Exception one, Exception other)
    {
        string place = FirstFrame(one);
        return one.GetType() == other.GetType() && place == FirstFrame(other);
    }

    private static string FirstFrame(Exception e) => e.StackTrace?.Split('\n')[0] ?? string.Empty;
}

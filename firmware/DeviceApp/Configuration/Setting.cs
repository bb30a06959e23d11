using System;

namespace Hoplink.Device.Configuration;

/// <summary>A part of a <see cref="DeviceConfiguration"/> by name, as text: in the file, and on the line that provisions. The text is in
/// bytes, for a key must not get into a string, which cannot be overwritten.</summary>
public abstract class Setting
{
    private static readonly Setting[] _all = SettingList.Create();

    internal Setting(string name, string help, bool isRequired)
    {
        Name = name;
        Help = help;
        IsRequired = isRequired;
    }

    /// <summary>How many there are.</summary>
    public static int Count
    {
        get { return _all.Length; }
    }

    /// <summary>Its name, lower case.</summary>
    public string Name { get; }

    /// <summary>What its value looks like.</summary>
    public string Help { get; }

    /// <summary>True if a board cannot start without it.</summary>
    public bool IsRequired { get; }

    /// <summary>One of them, in the order of the file.</summary>
    public static Setting At(int index)
    {
        return _all[index];
    }

    /// <summary>The one of this name; null if there is none.</summary>
    public static Setting Find(byte[] text, int offset, int count)
    {
        for (int i = 0; i < _all.Length; i++)
        {
            if (Ascii.Is(text, offset, count, _all[i].Name))
            {
                return _all[i];
            }
        }

        return null;
    }

    /// <summary>The name of the first required setting without a value; null if none lacks.</summary>
    public static string FindMissing(DeviceConfiguration configuration)
    {
        for (int i = 0; i < _all.Length; i++)
        {
            if (_all[i].IsRequired && !_all[i].IsSet(configuration))
            {
                return _all[i].Name;
            }
        }

        return null;
    }

    /// <summary>
    /// Sets it from text in UTF-8, which stays the caller's to overwrite. Returns null, or, having changed nothing, what is wrong; that
    /// never repeats a secret.
    /// </summary>
    public abstract string TrySet(DeviceConfiguration configuration, byte[] text, int offset, int count);

    /// <summary>Whether it has a value.</summary>
    public abstract bool IsSet(DeviceConfiguration configuration);

    /// <summary>Writes its text, secrets too, in UTF-8: for the file alone. It has a value. Returns how many bytes.</summary>
    public abstract int Write(DeviceConfiguration configuration, byte[] output, int offset);

    /// <summary>Its text for people: of a secret only that there is one.</summary>
    public abstract string Describe(DeviceConfiguration configuration);

    /// <summary>Reads a number without sign or blanks; -1 if it is none, or not from least to most.</summary>
    internal static int ParseNumber(string text, int least, int most)
    {
        if (text.Length == 0 || text.Length > 9)
        {
            return -1;
        }

        int value = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] < '0' || text[i] > '9')
            {
                return -1;
            }

            value = (value * 10) + (text[i] - '0');
        }

        return value >= least && value <= most ? value : -1;
    }
}

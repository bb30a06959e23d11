using System;

namespace Hoplink.Device.Configuration;

/// <summary>A part of a <see cref="DeviceConfiguration"/> by name, as text: in the file, and on the line that provisions.</summary>
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
    public static Setting Find(string name)
    {
        for (int i = 0; i < _all.Length; i++)
        {
            if (_all[i].Name == name)
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
            if (_all[i].IsRequired && _all[i].Read(configuration) == null)
            {
                return _all[i].Name;
            }
        }

        return null;
    }

    /// <summary>Sets it from text. Returns null, or, having changed nothing, what is wrong; that never repeats a secret.</summary>
    public abstract string TrySet(DeviceConfiguration configuration, string value);

    /// <summary>Its text, secrets too: for the file alone. Null while it has no value.</summary>
    public abstract string Read(DeviceConfiguration configuration);

    /// <summary>Its text for people: of a secret only that there is one.</summary>
    public virtual string Describe(DeviceConfiguration configuration)
    {
        string text = Read(configuration);
        return text == null ? "not set" : text;
    }

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

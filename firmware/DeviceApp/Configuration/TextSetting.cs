using System;
using System.Text;

namespace Hoplink.Device.Configuration;

/// <summary>A setting that may be in a string.</summary>
internal abstract class TextSetting : Setting
{
    protected TextSetting(string name, string help, bool isRequired)
        : base(name, help, isRequired)
    {
    }

    /// <inheritdoc/>
    public override string TrySet(DeviceConfiguration configuration, byte[] text, int offset, int count)
    {
        return TrySet(configuration, Encoding.UTF8.GetString(text, offset, count));
    }

    /// <inheritdoc/>
    public override bool IsSet(DeviceConfiguration configuration)
    {
        return Read(configuration) != null;
    }

    /// <inheritdoc/>
    public override int Write(DeviceConfiguration configuration, byte[] output, int offset)
    {
        byte[] text = Encoding.UTF8.GetBytes(Read(configuration));
        Array.Copy(text, 0, output, offset, text.Length);
        return text.Length;
    }

    /// <inheritdoc/>
    public override string Describe(DeviceConfiguration configuration)
    {
        string text = Read(configuration);
        return text == null ? "not set" : text;
    }

    /// <summary>Sets it. Returns null, or, having changed nothing, what is wrong; that never repeats a secret.</summary>
    protected abstract string TrySet(DeviceConfiguration configuration, string value);

    /// <summary>Its text. Null while it has no value.</summary>
    protected abstract string Read(DeviceConfiguration configuration);
}

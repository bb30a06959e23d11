namespace Hoplink.Nano.Tests;

/// <summary>The compiler sees in the reference assemblies what it would see in the real ones.</summary>
public sealed class CompilerViewTests
{
    [Theory]
    [InlineData("class A { string M(int n) => string.Concat(new object[] { n, 'x' }) + n; }")]
    [InlineData("class A { byte M(System.Net.SocketAddress a) { a[0] = 1; return a[1]; } }")]
    [InlineData("class A { char M(string s) => s[0]; }")]
    [InlineData("class A { void M(System.Net.Sockets.Socket s) { using (s) { s.Poll(0, System.Net.Sockets.SelectMode.SelectRead); } } }")]
    [InlineData("class A : System.IO.MemoryStream { public override void Flush() { } }")]
    [InlineData("class A { System.Threading.Thread M() => new System.Threading.Thread(() => { }); }")]
    [InlineData("class A { void M(System.Device.Gpio.GpioPin p) { p.ValueChanged += (s, e) => { }; } }")]
    [InlineData("class A { int M(string[] all) { int n = 0; foreach (string s in all) { n += s.Length; } return n; } }")]
    [InlineData("class A { int M(System.Collections.ArrayList l) { int n = 0; foreach (object o in l) { n++; } return n; } }")]
    [InlineData("class A { string M(System.Exception e) => e is System.ArgumentException { ParamName: \"x\" } ? e.Message : null; }")]
    [InlineData("class A { void M() { lock (this) { System.Threading.Monitor.Enter(this); } } }")]
    [InlineData("class A { System.TimeSpan M(System.DateTime a, System.DateTime b) => a > b ? a - b : default; }")]
    [InlineData("class A { static readonly byte[] Data = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }; long M() => System.Environment.TickCount64; }")]
    [InlineData("""
        using nanoFramework.TestFramework;
        [TestClass] class A { [DataRow(1)] [DataRow(2)] public void M(int n) => Assert.AreEqual(n, n); }
        """)]
    public void What_the_device_offers_compiles(string source) => Assert.Empty(Sample.Compile(source, out _));

    [Theory]
    [InlineData("class A { object M() => new System.Collections.Generic.List<int>(); }", "CS0234")]
    [InlineData("class A { int? M() => 1; }", "CS0518")]
    [InlineData("class A { void M(int[] a) => System.Array.Sort(a); }", "CS0117")]
    [InlineData("class A { decimal M() => 1m; }", "CS0518")]
    [InlineData("class A { System.TimeSpan M() { System.TimeSpan t; return t; } }", "CS0165")]
    [InlineData("class A { void M() { new System.Net.Sockets.Socket(); } }", "CS7036")]
    public void What_it_lacks_does_not(string source, string error)
    {
        Assert.Contains(Sample.Compile(source, out _), e => e.Contains(error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DEBUG", true)]
    [InlineData("RELEASE", false)]
    public void Debug_output_vanishes_without_the_symbol(string symbol, bool stays)
    {
        const string Source = "class A { void M() => System.Diagnostics.Debug.WriteLine(\"trace\"); }";
        Assert.Empty(Sample.Compile(Source, out byte[] bytes, symbols: symbol));
        Assert.Equal(stays, bytes.AsSpan().IndexOf("t\0r\0a\0c\0e\0"u8) >= 0);
    }
}

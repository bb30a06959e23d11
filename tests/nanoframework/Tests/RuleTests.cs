using Hoplink.Nano.Check;
using Microsoft.CodeAnalysis.CSharp;

namespace Hoplink.Nano.Tests;

/// <summary>For each rule of NanoCheck, what it refuses, and the nearest that passes. Limits are in <see cref="LimitTests"/>.</summary>
public sealed class RuleTests
{
    private const string Native = "using System.Runtime.CompilerServices; class N { [MethodImpl(MethodImplOptions.InternalCall)] "
        + "public static extern int Run(byte[] data); }";

    private const string Takes = "class TAttribute : System.Attribute { public TAttribute() { } public TAttribute(object o) { } "
        + "public System.Type[] Types; public object Kind { get; set; } public string[] Texts; }";

    [Theory]
    [InlineData("class A<T> { }")]
    [InlineData("class A { void M<T>() { } }")]
    [InlineData("delegate void D<T>(T value);")]
    [InlineData("class A { System.Func<int> f; }")]
    [InlineData("class A { System.Func<int>[] M() => null; }")]
    [InlineData("class A { void M(ref System.Action<int> a) { } }")]
    [InlineData("class A { void M() { System.Action<int> a = x => { }; a(1); } }")]
    [InlineData("class A { object M() => typeof(System.EventHandler<>); }")]
    [InlineData("class A { bool M(object o) => o is System.Action<string>; }")]
    [InlineData("class A { int M() { var f = () => 1; return f(); } }")]
    [InlineData("[T(typeof(System.EventHandler<>))] class A { } " + Takes)]
    [InlineData("[T(Types = new[] { typeof(int), typeof(System.Func<int>) })] class A { } " + Takes)]
    [InlineData("class A { void M([T((object)typeof(System.Action<int>))] int x) { } } " + Takes)]
    [InlineData("class A { void M(System.Func<int> f = null) { } }")]
    public void Generics_are_refused(string source) => Sample.IsRefused(1, source);

    [Theory]
    [InlineData("[T(typeof(int[,]))] class A { } " + Takes, 3)]
    [InlineData("[T(typeof(int*))] class A { } " + Takes, 5)]
    public void Types_in_attributes_are_looked_into(string source, int rule) => Sample.IsRefused(rule, source);

    [Fact]
    public void Arguments_of_attributes_that_the_device_can_store_pass()
    {
        Sample.Passes("[T(typeof(int[])), T(\"text\"), T((object)E.B), T(Types = new[] { typeof(string) }, Kind = E.B)] class A { "
            + "void M([T(null)] int x, string s = \"none\", int n = 0) { } } enum E : byte { A, B } " + Takes);
    }

    [Theory]
    [InlineData("delegate int D(); class A { int M() { int k = 2; D d = () => k; return d() + Local(); int Local() => k; } }")]
    [InlineData("class A { event System.EventHandler E; void M() => E?.Invoke(this, null); }")]
    public void Delegates_of_ones_own_closures_and_events_pass(string source) => Sample.Passes(source);

    [Theory]
    [InlineData("class A { int M(int a, int b) => checked(a + b); }")]
    [InlineData("class A { ulong M(ulong a, ulong b) => checked(a * b); }")]
    [InlineData("class A { uint M(uint a) => checked(a - 1); }")]
    [InlineData("class A { byte M(int a) => checked((byte)a); }")]
    [InlineData("class A { long M(ulong a) => checked((long)a); }")]
    [InlineData("class A { int M(int[] a, long i) => a[i]; }")]
    public void Checked_arithmetic_is_refused(string source) => Sample.IsRefused(2, source);

    [Theory]
    [InlineData("class A { int M(int a, int b) => unchecked((byte)(a * b) + (short)(a - b)); }")]
    [InlineData("class A { int[] M(long n) => new int[n]; int[] M(ulong n) => new int[n]; int[] M(uint n) => new int[n]; }")]
    public void Arithmetic_that_wraps_and_the_length_of_a_new_array_pass(string source) => Sample.Passes(source);

    [Theory]
    [InlineData("class A { int[,] f; }")]
    [InlineData("class A { object M() => new byte[2, 3]; }")]
    [InlineData("class A { object M() => typeof(int[,,]); }")]
    [InlineData("class A { int M(int[][,] a) => a.Length; }")]
    public void Multi_dimensional_arrays_are_refused(string source) => Sample.IsRefused(3, source);

    [Fact]
    public void Jagged_arrays_pass() => Sample.Passes("class A { int[][] f = { new[] { 1 }, new int[3] }; int M() => f[1][2]; }");

    [Theory]
    [InlineData("interface I { void M() { } }")]
    [InlineData("interface I { int P => 1; }")]
    [InlineData("interface I { static int M() => 1; }")]
    public void Code_in_an_interface_is_refused(string source) => Sample.IsRefused(4, source);

    [Fact]
    public void An_interface_without_code_passes()
    {
        Sample.Passes("interface I { void M(); int P { get; } } abstract class B : I { public abstract void M(); public int P => 1; }");
    }

    [Theory]
    [InlineData("unsafe class A { int* f; }")]
    [InlineData("unsafe class A { void* M() => null; }")]
    [InlineData("unsafe class A { int M(int x) => *(&x); }")]
    [InlineData("unsafe class A { int f; int M(byte[] a) { fixed (byte* p = a) { return p[0]; } } }")]
    [InlineData("unsafe class A { void M(byte[][] a) { fixed (byte* p = a[0]) { } } }")]
    [InlineData("unsafe struct S { public fixed byte Data[4]; } unsafe class A { byte M(S s) => s.Data[1]; }")]
    public void Pointers_are_refused(string source) => Sample.IsRefused(5, source);

    [Fact]
    public void References_pass()
    {
        Sample.Passes("class A { ref int M(ref int x, out int y, in long z) { y = (int)z; ref int r = ref x; r++; return ref r; } }");
    }

    [Fact]
    public void Stackalloc_is_refused()
    {
        Sample.IsRefused(6, "unsafe class A { byte M(int n) { byte* p = stackalloc byte[n]; return p[0]; } }");
    }

    [Fact]
    public void A_buffer_on_the_heap_passes() => Sample.Passes("class A { byte M(int n) { byte[] p = new byte[n]; return p[0]; } }");

    [Theory]
    [InlineData("unsafe class A { delegate*<int, int> f; }")]
    [InlineData("unsafe class A { static void N() { } void* M() => (delegate*<void>)&N; }")]
    [InlineData("unsafe class A { static int N(int x) => x; int M() { delegate*<int, int> f = &N; return f(1); } }")]
    public void Function_pointers_are_refused(string source) => Sample.IsRefused(7, source);

    [Fact]
    public void Delegates_of_static_and_virtual_methods_pass()
    {
        Sample.Passes("delegate void D(); class A { static void N() { } public virtual void V() { } D S() => N; D T() => this.V; }");
    }

    [Theory]
    [InlineData(256, false)]
    [InlineData(255, true)]
    public void A_switch_has_255_targets_at_most(int cases, bool passes)
    {
        string source = "class A { int M(int x) { switch (x) {"
            + string.Concat(Enumerable.Range(0, cases).Select(i => $"case {i}: return {(i * 7919) % 1009};")) + "} return -1; } }";
        Assert.Equal(passes ? [] : [Rule.LargeSwitch], Sample.Check(source).Findings.Select(f => f.Rule));
    }

    [Theory]
    [InlineData("class A { static int x = B.Y; } class B { internal static int Y = 3; }")]
    [InlineData("class A { static int x; static A() { x = B.Y; } } class B { internal static int Y = 3; }")]
    [InlineData("class A { static int x = M(ref B.Y); static int M(ref int y) => y; } class B { internal static int Y = 3; }")]
    [InlineData("class A { static object x = new C(); } class C { int v = B.Y; } class B { internal static int Y = 3; }")]
    [InlineData("class A { static int x = B.P; } class B { internal static int P { get; } = 3; }")]
    [InlineData("class A { static int x = new C().M(); } class C : D { public override int M() => B.Y; } "
        + "abstract class D { public abstract int M(); } class B { internal static int Y = 3; }")]
    [InlineData("class A { static int x = ((I)new C()).M(); } class C : I { int I.M() => B.Y; } interface I { int M(); } "
        + "class B { internal static int Y = 3; }")]
    [InlineData("class A { static int x; static A() { using (new C()) { x = 1; } } } class C : System.IDisposable { "
        + "void System.IDisposable.Dispose() { B.Y++; } } class B { internal static int Y = 3; }")]
    [InlineData("class A { static string x = new C().ToString(); } class C { public override string ToString() => B.Y; } "
        + "class B { internal static string Y = \"3\"; }")]
    [InlineData("class A { static object c = new C(); static string x = c + \"\"; } class C { public override string ToString() => B.Y; } "
        + "class B { internal static string Y = \"3\"; }")]
    [InlineData("class A { static string x = string.Concat(new C(), 1); } class C { public override string ToString() => B.Y; } "
        + "class B { internal static string Y = \"3\"; }")]
    [InlineData("class A { static bool x = object.Equals(new C(), null); } class C { public override bool Equals(object o) => B.Y; "
        + "public override int GetHashCode() => 1; } class B { internal static bool Y = true; }")]
    [InlineData("class A { static System.Collections.Hashtable x = new(); static A() { x.Add(new C(), null); } } "
        + "class C { public override int GetHashCode() => B.Y; } class B { internal static int Y = 3; }")]
    [InlineData("class A { static string x = string.Empty; }")]
    [InlineData("class A { static int x = N.Y; class N { internal static int Y = 3; } }")]
    public void A_static_initialiser_that_reads_another_types_statics_is_refused(string source) => Sample.IsRefused(9, source);

    [Theory]
    [InlineData("class A { static int x = 3; static int y = x + M(); static int M() => x; }")]
    [InlineData("class A { static int x = B.Y; } class B { internal const int Y = 3; }")]
    [InlineData("class A { static byte[] x = { 1, 2, 3, 4, 5, 6, 7, 8 }; static object y = new C(); } class C { int v = 4; }")]
    [InlineData("delegate int D(); class A { static D x = () => 1; static D y = M; static int M() => 2; }")]
    [InlineData("class A { static int x = 1; int M() => x + B.Y; } class B { internal static int Y = 3; }")]
    [InlineData("class A { static int x = ((I)new C()).M(); } class C : I, J { int I.M() => 1; int J.N() => B.Y; } interface I { int M(); } "
        + "interface J { int N(); } class B { internal static int Y = 3; }")]
    [InlineData("class A { static object x = new C(); static string y = 1.ToString(\"D\"); } class C { "
        + "public override string ToString() => B.Y; } class B { internal static string Y = \"3\"; }")]
    [InlineData("class A { static string x = string.Concat(new C(), 1); } class C { public override string ToString() => \"c\"; }")]
    [InlineData("class A { static System.EventHandler x = M; static void M(object o, System.EventArgs e) { } } class C { "
        + "public override string ToString() => B.Y; } class B { internal static string Y = \"3\"; }")]
    public void A_static_initialiser_that_reads_its_own_passes(string source) => Sample.Passes(source);

    [Theory]
    [InlineData("class A { string M() => \"a\\0b\"; }")]
    [InlineData("class A { public const string C = \"\\0\"; }")]
    [InlineData("class A { void M(string s = \"a\\0\") { } }")]
    [InlineData("[T(\"a\\0\")] class A { } " + Takes)]
    [InlineData("class A { [T(Texts = new[] { \"a\", \"\\0\" })] void M() { } } " + Takes)]
    [InlineData("[T(Kind = \"\\0\")] class A { } " + Takes)]
    public void A_nul_in_a_string_is_refused(string source) => Sample.IsRefused(10, source);

    [Fact]
    public void A_nul_that_is_no_part_of_a_string_passes()
    {
        Sample.Passes("class A { string M() => \"a\\\\0b\"; char C() => '\\0'; byte[] B() => new byte[] { 97, 0, 98, 1, 2, 3, 4 }; }");
    }

    [Theory]
    [InlineData("public override bool Equals(object o) => o is K;")]
    [InlineData("public override int GetHashCode() => 1;")]
    public void A_type_with_its_own_equality_beside_a_hash_table_is_refused(string member)
    {
        Sample.IsRefused(11, "class K { " + member + " } class A { object M(System.Collections.Hashtable t) => t[new K()]; }");
    }

    [Theory]
    [InlineData("class K { public override bool Equals(object o) => o is K; public override int GetHashCode() => 1; }")]
    [InlineData("class K { public virtual bool Equals(K o) => true; } class A { object M(System.Collections.Hashtable t) => t[new K()]; }")]
    public void Either_without_the_other_passes(string source) => Sample.Passes(source);

    [Theory]
    [InlineData("readonly struct S { }")]
    [InlineData("class A { int M(in int x) => x; }")]
    [InlineData("class A {\n#nullable enable\n string? f; }")]
    public void An_attribute_that_the_compiler_adds_beside_native_methods_is_refused(string source)
    {
        Sample.IsRefused(16, Native + source, LanguageVersion.CSharp9);
        Sample.Passes(source, LanguageVersion.CSharp9);
    }

    [Fact]
    public void Native_methods_without_such_pass() => Sample.Passes(Native + "struct S { public int X; }", LanguageVersion.CSharp9);

    [Fact]
    public void A_finding_is_an_error_of_the_build()
    {
        Finding finding = Assert.Single(Sample.Check("class A { class B { string M() => \"\\0\"; } }").Findings);
        Assert.StartsWith("obj/a.dll : error NANO010: A+B.M: ", finding.ToLine("obj/a.dll"), StringComparison.Ordinal);
    }
}

using System.Reflection;
using Hoplink.Device.Tests;
using Framework = nanoFramework.TestFramework;

namespace Hoplink.Tests.SelfTests;

/// <summary>Runs the tests that are meant for the device's own test adapter, on this computer.</summary>
public sealed class DeviceTestRunner
{
    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (MethodInfo method in Methods(typeof(ArithmeticTests).Assembly))
            {
                data.Add(method.DeclaringType!.Name, method.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Each_device_test_passes_here_too(string type, string method)
    {
        MethodInfo test = Methods(typeof(ArithmeticTests).Assembly).Single(m => m.DeclaringType!.Name == type && m.Name == method);
        Run(test);
    }

    // A method that the device's adapter would not find is a test that never runs there.
    [Fact]
    public void Every_public_method_of_a_test_class_is_a_test_without_parameters()
    {
        Type[] classes = [.. typeof(ArithmeticTests).Assembly.GetTypes().Where(t => t.Name.EndsWith("Tests", StringComparison.Ordinal))];
        Assert.NotEmpty(classes);
        foreach (Type type in classes)
        {
            Assert.NotNull(type.GetCustomAttribute<Framework.TestClassAttribute>());
            MethodInfo[] methods = type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly);
            Assert.NotEmpty(methods);
            Assert.All(methods, m => Assert.NotNull(m.GetCustomAttribute<Framework.TestMethodAttribute>()));
            Assert.All(methods, m => Assert.Empty(m.GetParameters()));
        }
    }

    [Fact]
    public void A_test_that_does_not_hold_fails_here()
    {
        MethodInfo test = typeof(Broken).GetMethod(nameof(Broken.Fails))!;
        Assert.Throws<Framework.AssertFailedException>(() => Run(test));
    }

    private static IEnumerable<MethodInfo> Methods(Assembly assembly)
    {
        return assembly.GetTypes().Where(t => t.GetCustomAttribute<Framework.TestClassAttribute>() is not null)
            .SelectMany(t => t.GetMethods().Where(m => m.GetCustomAttribute<Framework.TestMethodAttribute>() is not null));
    }

    private static void Run(MethodInfo test)
    {
        object instance = Activator.CreateInstance(test.DeclaringType!)!;
        test.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    private sealed class Broken
    {
        public void Fails()
        {
            Framework.Assert.AreEqual(1, 2);
        }
    }
}

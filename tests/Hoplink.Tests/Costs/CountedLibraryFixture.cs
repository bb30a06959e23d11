using Hoplink.Benchmarks.Counting;

namespace Hoplink.Tests.Costs;

/// <summary>The library that counts its instructions, made once. Its counters are one: its tests run one after the other.</summary>
public sealed class CountedLibraryFixture
{
    internal CountedLibrary Library { get; } = CountedLibrary.Load();
}

[CollectionDefinition(nameof(CountedLibraryFixture))]
public sealed class CountedLibraryGroup : ICollectionFixture<CountedLibraryFixture>;

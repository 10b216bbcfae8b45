using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using StreamLearn.Build;

namespace StreamLearn.Learners.Tests.Torch;

public sealed class LibTorchSharpPatchTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_a_library_needing_the_symbol_when_patched_then_only_its_name_and_version_change(bool gnuHash)
    {
        SyntheticElf elf = SyntheticElf.NeedingThePatch(gnuHash);
        byte[] image = elf.Build();
        byte[] expected = [.. image];
        int name = elf.StringPosition(LibTorchSharpPatch.Symbol);
        Encoding.ASCII.GetBytes(LibTorchSharpPatch.Substitute.PadRight(LibTorchSharpPatch.Symbol.Length, '\0')).CopyTo(expected, name);
        int from = elf.VersionPosition(LibTorchSharpPatch.SubstituteVersion);
        int to = elf.VersionPosition(LibTorchSharpPatch.SymbolVersion);
        image.AsSpan(from, 4).CopyTo(expected.AsSpan(to)); // vna_hash
        image.AsSpan(from + 8, 4).CopyTo(expected.AsSpan(to + 8)); // vna_name

        byte[] original = [.. image];
        byte[] patched = LibTorchSharpPatch.Apply(image);

        Assert.Equal(expected, patched);
        Assert.Equal(original, image);
        Assert.True(LibTorchSharpPatch.IsNeeded(image));
        Assert.False(LibTorchSharpPatch.IsNeeded(patched));
    }

    [Fact]
    public void Given_a_patched_library_when_patched_again_then_it_stays_the_same()
    {
        byte[] patched = LibTorchSharpPatch.Apply(SyntheticElf.NeedingThePatch().Build());

        Assert.Same(patched, LibTorchSharpPatch.Apply(patched));
    }

    [Fact]
    public void Given_a_library_without_the_symbol_when_patched_then_it_is_returned_as_it_is()
    {
        SyntheticElf elf = SyntheticElf.NeedingThePatch();
        elf.Undefined.RemoveAt(1);
        byte[] image = elf.Build();

        Assert.Same(image, LibTorchSharpPatch.Apply(image));
    }

    [Fact]
    public void Given_a_library_that_has_the_symbol_itself_when_patched_then_it_is_returned_as_it_is()
    {
        SyntheticElf elf = SyntheticElf.NeedingThePatch();
        elf.Undefined.RemoveAt(1);
        elf.Defined.Add(LibTorchSharpPatch.Symbol);
        byte[] image = elf.Build();

        Assert.Same(image, LibTorchSharpPatch.Apply(image));
    }

    [Fact]
    public void Given_a_library_cut_off_anywhere_when_patched_then_it_is_refused()
    {
        byte[] image = SyntheticElf.NeedingThePatch().Build();

        for (int length = 0; length < image.Length; length++)
        {
            AssertRefused(image[..length], length < 64 ? "Not an ELF file" : "truncated");
        }
    }

    [Fact]
    public void Given_a_file_of_another_kind_when_patched_then_it_is_refused()
    {
        AssertRefused(Encoding.ASCII.GetBytes(new string('M', 4096)), "Not an ELF file");
    }

    [Theory]
    [InlineData(4, 1)] // 32 bits
    [InlineData(5, 2)] // big-endian
    [InlineData(18, 183)] // arm64
    public void Given_a_library_for_another_machine_when_patched_then_it_is_refused(int position, byte value)
    {
        byte[] image = SyntheticElf.NeedingThePatch().Build();
        image[position] = value;

        AssertRefused(image, "x86-64");
    }

    [Fact]
    public void Given_a_program_without_dynamic_section_when_patched_then_it_is_refused()
    {
        byte[] image = SyntheticElf.NeedingThePatch().Build();
        image[64 + 56] = 4; // PT_NOTE instead of PT_DYNAMIC

        AssertRefused(image, "PT_DYNAMIC");
    }

    [Fact]
    public void Given_a_second_symbol_of_the_version_when_patched_then_it_is_refused_and_names_that_symbol()
    {
        SyntheticElf elf = SyntheticElf.NeedingThePatch();
        elf.Undefined.Add(("_ZSt4other", 18));

        AssertRefused(elf.Build(), "_ZSt4other");
    }

    [Fact]
    public void Given_a_symbol_whose_name_ends_the_same_bytes_when_patched_then_it_is_refused()
    {
        SyntheticElf elf = SyntheticElf.NeedingThePatch();
        elf.Defined.Add("ios_base_library_initv");

        AssertRefused(elf.Build(), "shares its bytes");
    }

    [Fact]
    public void Given_a_symbol_whose_longer_name_has_the_bytes_when_patched_then_it_is_refused()
    {
        SyntheticElf elf = SyntheticElf.NeedingThePatch();
        elf.Defined.Add("my_ZSt21ios_base_library_initv");

        AssertRefused(elf.Build(), "shares its bytes");
    }

    [Fact]
    public void Given_the_symbol_at_another_version_when_patched_then_it_is_refused()
    {
        SyntheticElf elf = SyntheticElf.NeedingThePatch();
        elf.Versions[0] = ("GLIBCXX_3.4.99", 18);

        AssertRefused(elf.Build(), LibTorchSharpPatch.SymbolVersion);
    }

    [Fact]
    public void Given_no_entry_of_the_older_version_when_patched_then_it_is_refused()
    {
        SyntheticElf elf = SyntheticElf.NeedingThePatch();
        elf.Versions.RemoveAt(1);

        AssertRefused(elf.Build(), LibTorchSharpPatch.SubstituteVersion);
    }

    [Property(MaxTest = 2000)]
    public Property Given_a_damaged_library_when_patched_then_it_is_patched_or_refused_but_nothing_else()
    {
        byte[] image = SyntheticElf.NeedingThePatch().Build();
        Gen<(int Position, byte Value)> damage =
            from position in Gen.Choose(0, image.Length - 1)
            from value in Gen.Choose(0, 255)
            select (position, (byte)value);
        return Prop.ForAll(damage.ArrayOf(3).ToArbitrary(), changes =>
        {
            byte[] damaged = [.. image];
            foreach ((int position, byte value) in changes)
            {
                damaged[position] = value;
            }

            Exception? exception = Record.Exception(() => LibTorchSharpPatch.Apply(damaged));
            return exception is null or InvalidDataException;
        });
    }

    [LinuxX64Fact]
    public void Given_the_package_cache_when_built_then_its_file_is_untouched()
    {
        Assert.True(
            LibTorchSharpPatch.IsNeeded(File.ReadAllBytes(PackageFile())),
            "The package's file needs no patch. If TorchSharp is newer than 0.107, eng/TorchNative.targets can go; "
            + "otherwise something wrote into the package cache: delete its torchsharp folder and restore.");
    }

    [LinuxX64Fact]
    public void Given_the_output_folder_when_built_then_its_file_is_a_patched_copy()
    {
        FileInfo output = new(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));

        Assert.True(output.Exists);
        Assert.Null(output.LinkTarget);
        byte[] image = File.ReadAllBytes(output.FullName);
        Assert.False(LibTorchSharpPatch.IsNeeded(image));
        Assert.Equal(LibTorchSharpPatch.Apply(File.ReadAllBytes(PackageFile())), image);
    }

    private static void AssertRefused(byte[] image, string reason)
    {
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => LibTorchSharpPatch.Apply(image));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The output folder's TorchSharp.dll is a link to [package]/lib/[framework]/TorchSharp.dll.</summary>
    private static string PackageFile()
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll");
        FileSystemInfo? target = File.ResolveLinkTarget(assembly, returnFinalTarget: true);
        Assert.True(target is not null, $"{assembly} is not a link to the package cache.");
        return Path.GetFullPath(
            Path.Combine(target.FullName, "..", "..", "..", "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
    }
}

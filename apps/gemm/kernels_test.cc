#include "apps/gemm/kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "apps/gemm/blas.h"
#include "apps/gemm/dgemm.h"
#include "apps/gemm/reference.h"

namespace groma::gemm {
namespace {

std::vector<double> Filled(int matrix, int64_t rows, int64_t columns, int64_t leading) {
  std::vector<double> values(static_cast<size_t>(rows * leading), 77);
  RunFill(
      {matrix, 0, 0, rows, columns, apps::MakeGrid(values.data(), leading * 8, int64_t{8}, 0, 0)});
  return values;
}

/// A product of odd sizes in rows that lie `padding` elements apart.
std::vector<double> Product(void (*multiply)(const MultiplyArguments&), int64_t m, int64_t n,
                            int64_t k, int64_t padding) {
  std::vector<double> a = Filled(kA, m, n, n + padding);
  const std::vector<double> b = Filled(kB, m, k, k + padding);
  const std::vector<double> c = Filled(kC, k, n, n + padding);
  multiply({m, n, k, {a.data(), n + padding}, {b.data(), k + padding}, {c.data(), n + padding}});
  std::vector<double> dense;
  for (int64_t i = 0; i < m; ++i)
    dense.insert(dense.end(), a.begin() + i * (n + padding), a.begin() + i * (n + padding) + n);
  return dense;
}

TEST(Kernels, OurMultiplicationAndThatOfBlasAreWithinTheErrorBoundOfTheReference) {
  for (const auto& [m, n, k] : {Sizes{1, 1, 1}, Sizes{7, 5, 3}, Sizes{33, 300, 129}}) {
    const Expected expected = Reference({{0, m - 1}, {0, n - 1}}, k);
    for (const auto multiply : {RunMultiply, MultiplyByBlas}) {
      EXPECT_LE(WorstError(Product(multiply, m, n, k, 3), expected, k), 1)
          << m << ' ' << n << ' ' << k;
    }
  }
}

TEST(Kernels, AMultiplicationAddsToWhatIsThere) {
  for (const auto multiply : {RunMultiply, MultiplyByBlas}) {
    double a = 5;
    const double b = 2;
    const double c = 3;
    multiply({1, 1, 1, {&a, 1}, {&b, 1}, {&c, 1}});
    EXPECT_EQ(a, 11);
  }
}

// As tasks on several processors do.
TEST(Kernels, MultiplicationsByBlasAtTheSameTimeDoNotDisturbEachOther) {
  const std::vector<double> alone = Product(MultiplyByBlas, 65, 66, 67, 1);
  std::array<bool, 4> same{};
  std::vector<std::thread> threads;
  for (bool& one : same) {
    threads.emplace_back([&] {
      one = true;
      for (int i = 0; i < 50; ++i) one = one && Product(MultiplyByBlas, 65, 66, 67, 1) == alone;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(same, ::testing::Each(true));
}

// 2 · 300 · 200 · 500 operations; A twice; B ⌈200/128⌉ = 2 times, C ⌈300/128⌉ = 3 times.
TEST(Kernels, WorkIsOperationsAndPassesOverTheTiles) {
  double element = 0;
  const MultiplyArguments arguments{
      300, 200, 500, {&element, 200}, {&element, 500}, {&element, 200}};
  const apps::Work work = MultiplyWork("task_4", arguments);
  const groma_vgpu_work statement = work.Statement();
  EXPECT_EQ(statement.double_flops, 2.0 * 300 * 200 * 500);
  ASSERT_EQ(statement.argument_count, 3);
  EXPECT_EQ(statement.arguments[0].streamed, 2 * 300 * 200);
  EXPECT_EQ(statement.arguments[1].streamed, 2 * 300 * 500);
  EXPECT_EQ(statement.arguments[2].streamed, 3 * 500 * 200);
  EXPECT_EQ(statement.arguments[0].element_bytes, 8);
}

// ---- what DGEMM takes: 4 x 6 of A, 4 x 5 of B, 5 x 6 of C ----

Operands ByRows() { return {4, 6, 5, nullptr, nullptr, nullptr, {48, 8}, {40, 8}, {48, 8}}; }

TEST(Blas, TakesDenseRowsAndRowsFurtherApart) {
  EXPECT_EQ(Mistake(ByRows()), "");
  Operands apart = ByRows();
  apart.b_strides.row = 4096;
  EXPECT_EQ(Mistake(apart), "");
  EXPECT_EQ(AsMatrices(apart).b.leading, 512);
}

TEST(Blas, SaysWhichParameterIsWrongWhenATileLiesByColumns) {
  const auto mistake = [](Strides Operands::*strides, int64_t rows) {
    Operands operands = ByRows();
    operands.*strides = {8, 8 * rows};
    return Mistake(operands);
  };
  const std::string text = "DGEMM  parameter number ";
  EXPECT_NE(mistake(&Operands::c_strides, 5).find(text + " 8 had"), std::string::npos);
  EXPECT_NE(mistake(&Operands::b_strides, 4).find(text + "10 had"), std::string::npos);
  EXPECT_NE(mistake(&Operands::a_strides, 4).find(text + "13 had"), std::string::npos);
}

// As in an array of structures with another field beside.
TEST(Blas, SaysThatElementsOfARowDoNotFollowEachOther) {
  Operands operands = ByRows();
  operands.b_strides = {80, 16};
  EXPECT_NE(Mistake(operands).find("stride does not match expected value"), std::string::npos);
}

TEST(Blas, ASingleRowOrColumnHasNoWrongOrder) {
  EXPECT_EQ(Mistake({1, 6, 5, nullptr, nullptr, nullptr, {8, 8}, {8, 8}, {48, 8}}), "");
  EXPECT_EQ(Mistake({4, 1, 1, nullptr, nullptr, nullptr, {8, 8}, {8, 8}, {8, 8}}), "");
}

}  // namespace
}  // namespace groma::gemm

#include "vgpu/device/class_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <typeinfo>

namespace groma::vgpu {

// Named classes, as libraries have them: those of unnamed namespaces are written differently.
class Animal {
 public:
  virtual ~Animal() = default;
  virtual int Legs() { return 0; }
  virtual int Eyes() { return 2; }
};

class Spider : public Animal {
 public:
  int Legs() override { return 8; }
};

namespace {

int SevenLegs(Animal*) { return 7; }

// Behind a function, so that the compiler does not know the type.
[[gnu::noinline]] std::unique_ptr<Animal> Make(bool spider) {
  if (spider) return std::make_unique<Spider>();
  return std::make_unique<Animal>();
}

TEST(ClassTable, FindsAClassByItsNameAndSeesWhatItInherits) {
  const auto animal = ClassTable::Find(typeid(Animal).name());
  const auto spider = ClassTable::Find(typeid(Spider).name());
  ASSERT_TRUE(animal && spider);
  // Slots 0 and 1 are the destructors.
  EXPECT_NE(animal->Get(2), spider->Get(2));
  EXPECT_EQ(animal->Get(3), spider->Get(3));
}

TEST(ClassTable, CallsGoToTheFunctionThatReplacedAnother) {
  auto spider = ClassTable::Find(typeid(Spider).name());
  ASSERT_TRUE(spider);
  void* before = spider->Get(2);
  ASSERT_TRUE(spider->Replace(2, reinterpret_cast<void*>(&SevenLegs)));
  EXPECT_EQ(Make(true)->Legs(), 7);
  EXPECT_EQ(Make(false)->Legs(), 0);
  ASSERT_TRUE(spider->Replace(2, before));
  EXPECT_EQ(Make(true)->Legs(), 8);
}

TEST(ClassTable, AClassThatNobodyHasIsNotFound) {
  EXPECT_FALSE(ClassTable::Find("N5Realm12NoSuchClassE"));
}

}  // namespace
}  // namespace groma::vgpu
